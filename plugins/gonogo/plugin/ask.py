"""One question of a check, as the suites know it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ask:
    """One question: a kind of probe, the subject, and what a failure means."""

    kind: str
    slug: str
    subject: Any = field(repr=False)
    signal: str = "smoke"
    service: str | None = None
    critical: bool = False
    required: bool = True  # False: not to know it leaves nothing open

    def __repr__(self) -> str:
        return f"{self.kind} {self.slug}"
