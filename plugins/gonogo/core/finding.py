"""A finding: what one check found, flat, so that it crosses the border between processes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.clue import NOTHING, Clue
from gonogo.core.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """The evidence of one check.

    `check` is the node ID, `slug` the key of its TOML table (empty where it has none), `level` the
    health level 1-4 or None, times are RFC 3339 in UTC, `duration_s` is in seconds.
    `required` is false for a check that only advises: it can fail, but its silence is no gap.
    `where` is a file and a line to look at, such as `.env:3`; empty where there is none.
    `facts` are what the record keeps beside the outcome, such as `deploy_path`: JSON, no objects.
    `clue` helps to name a cause.
    """

    check: str
    outcome: Outcome
    signal: str = "smoke"
    slug: str = ""
    level: int | None = None
    service: str | None = None
    critical: bool = False
    required: bool = True
    message: str = ""
    observed: str | None = None
    threshold: str | None = None
    confirmed_by: str | None = None
    attempts: int = 1
    duration_s: float = 0.0
    first_at: str | None = None
    last_at: str | None = None
    reruns: int = 0
    where: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    clue: Clue = NOTHING
    elapsed_s: float = 0.0  # of the last answer

    def flat(self) -> dict[str, Any]:
        """Return strings, numbers, None, and what JSON can hold in `facts`."""
        values = {name: getattr(self, name) for name in self.__slots__}
        plain = {"outcome": str(self.outcome), "facts": dict(self.facts), "clue": self.clue.flat()}
        return {**values, **plain}

    @classmethod
    def from_flat(cls, record: Mapping[str, Any]) -> "Finding":
        """Rebuild a finding; an outcome that is not in the vocabulary is UNKNOWN."""
        values = {key: value for key, value in record.items() if key in cls.__slots__}
        word = str(values.get("outcome"))
        values["outcome"] = Outcome(word) if word in Outcome.__members__ else Outcome.UNKNOWN
        return cls(**{**values, "clue": Clue.from_flat(values.get("clue") or {})})


def observed_commit(findings: Iterable[Finding]) -> str | None:
    """Return the commit that was seen serving, None where none was or where several are."""
    seen = (each.observed for each in findings if each.signal == "not-live" and each.observed)
    return next((commit for commit in seen if "," not in commit), None)
