"""An observation: what a probe saw over all its attempts, with no judgement by the policy yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.chart import Chart
from gonogo.core.clue import NOTHING, Clue
from gonogo.core.outcome import Outcome
from gonogo.core.past import PastSample

KEPT = 40  # attempts that a report can show


@dataclass(frozen=True, slots=True)
class Reading:
    """One attempt. `signal` sharpens the signal of the check, None leaves it as it is.

    `where` is the file and line that the text is about, such as `.env:3`; empty where none is.
    """

    outcome: Outcome
    text: str
    signal: str | None = None
    value: str | None = None
    threshold: str | None = None
    elapsed: float = 0.0
    clue: Clue = field(default=NOTHING, compare=False, repr=False)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text that a report shows beside a check; `kind` is its media type, never text/html."""

    name: str
    text: str = field(repr=False)
    kind: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One of several readings: `at` as the record writes it, `elapsed` in seconds."""

    at: str
    outcome: Outcome
    text: str
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """The last reading, how many attempts there were, and what confirmed it.

    `facts` go into the record as they are; `attachments` go to the reports that can show them,
    and so do `charts`; `samples` are kept for later runs. The silence of one that is `advisory`
    is no gap in the evidence.
    """

    reading: Reading
    attempts: int = 1
    confirmed_by: str | None = None
    first_at: str | None = None
    last_at: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    charts: tuple[Chart, ...] = ()
    samples: tuple[PastSample, ...] = field(default=(), repr=False)
    advisory: bool = False
    tries: tuple[Attempt, ...] = field(default=(), repr=False)  # the latest of the attempts

    @property
    def good(self) -> bool:
        """True when nothing speaks against the release."""
        silent = self.advisory and self.reading.outcome is Outcome.UNKNOWN
        return silent or self.reading.outcome in {Outcome.PASS, Outcome.WARN}

    def __str__(self) -> str:
        tries = f" ({self.attempts} attempts)" if self.attempts > 1 else ""
        return f"{self.reading.text}{tries}"

    __repr__ = __str__  # pytest prints the operands of an assertion


class Trail:
    """Collects the readings of one probe and closes into an observation."""

    def __init__(self) -> None:
        self.readings: list[tuple[float, Reading]] = []
        self._stamps: list[str] = []

    def add(self, at: float, stamp: str, reading: Reading) -> None:
        """Note a reading: `at` in seconds of a monotonic clock, `stamp` as the record writes it."""
        self.readings.append((at, reading))
        self._stamps.append(stamp)

    def close(self, confirmed_by: str | None = None, reading: Reading | None = None) -> Observation:
        """Return the observation; without another reading given, the last one speaks."""
        last = reading or self.readings[-1][1]
        failing = [
            stamp
            for stamp, (_, each) in zip(self._stamps, self.readings, strict=True)
            if each.outcome is Outcome.FAIL
        ]
        stamps = failing or self._stamps
        return Observation(
            last,
            attempts=max(1, len(self.readings)),
            confirmed_by=confirmed_by,
            first_at=stamps[0] if stamps else None,
            last_at=stamps[-1] if stamps else None,
            tries=self._latest(),
        )

    def _latest(self) -> tuple[Attempt, ...]:
        pairs = zip(self._stamps[-KEPT:], self.readings[-KEPT:], strict=True)
        return tuple(Attempt(at, r.outcome, r.text, r.elapsed) for at, (_, r) in pairs)
