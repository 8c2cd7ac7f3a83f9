"""A trigger of a watch window: one signal, what was read of it, and where it stands."""

import math
from collections import deque
from dataclasses import dataclass

from gonogo.core.outcome import Outcome
from gonogo.core.rule import Action, Rule
from gonogo.core.series import Sample, against, confirmed_by, fold

KEPT = 1000  # readings a gauge remembers: over an hour of one every 5 s


@dataclass(frozen=True, slots=True)
class Trigger:
    """Where one trigger stands. `odds` are those against the release, None where none are taken.

    `outcome` is FAIL only where the failure is confirmed; `confirmed_by` says how; `violates` that
    the limit is passed so far, whether or not that is confirmed. `bad` are the times of the first
    and the last sample against the release, None where there is none.
    """

    name: str
    signal: str
    outcome: Outcome
    text: str
    action: Action = Action.ROLLBACK
    odds: float | None = None
    confirmed_by: str | None = None
    observed: str | None = None
    threshold: str | None = None
    violates: bool = False
    bad: tuple[float, float] | None = None

    @property
    def rolls_back(self) -> bool:
        """True where a confirmed failure asks for a rollback."""
        return self.outcome is Outcome.FAIL and self.action is Action.ROLLBACK

    @property
    def is_gone(self) -> bool:
        """True where another version serves, time after time: there is nothing left to watch."""
        everywhere = (self.confirmed_by or "").endswith("consecutive")
        return self.signal == "not-live" and everywhere


class Gauge:
    """Readings of one thing, judged one by one; a failure that was confirmed stays confirmed."""

    def __init__(self, name: str, rule: Rule, threshold: str | None = None) -> None:
        self._name = name
        self._rule = rule
        self._threshold = threshold
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        self._confirmed: str | None = None
        self._text = "no reading yet"
        self._observed: str | None = None
        self._bad: tuple[float, float] | None = None

    def add(
        self,
        at: float,
        outcome: Outcome,
        text: str,
        observed: str | None = None,
        rule: Rule | None = None,
    ) -> None:
        """Take in one reading; `rule` is that of the signal it raised, where it is another."""
        if not math.isfinite(at):
            raise ValueError(f"{self._name}: a reading at no time: {at}")
        self._samples.append(Sample(at, outcome))
        if self._confirmed is not None:
            return
        self._text, self._observed = text, observed
        if outcome is Outcome.FAIL:
            self._rule = rule or self._rule
            self._confirmed = confirmed_by(self._samples, self._rule)
            self._bad = against(self._samples, self._rule)

    @property
    def failing(self) -> bool:
        """True while the newest valid reading is a failure."""
        valid = (each for each in reversed(self._samples) if each.outcome is not Outcome.UNKNOWN)
        newest = next(valid, None)
        return newest is not None and newest.outcome is Outcome.FAIL

    def state(self) -> Trigger:
        """Where it stands now."""
        if self._confirmed is not None:
            outcome = Outcome.FAIL
        else:
            outcome = fold(self._samples, self._rule, len(self._samples))
            outcome = Outcome.WARN if outcome is Outcome.FAIL else outcome
        valid = sum(each.outcome is not Outcome.UNKNOWN for each in self._samples)
        gap = f", only {valid} of {len(self._samples)} readings" if valid else ""
        return Trigger(
            name=self._name,
            signal=self._rule.signal,
            outcome=outcome,
            text=self._text + (gap if outcome is Outcome.UNKNOWN else ""),
            action=self._rule.action,
            confirmed_by=self._confirmed,
            observed=self._observed,
            threshold=self._threshold,
            violates=self._rule.duration is not None and self.failing,
            bad=self._bad,
        )
