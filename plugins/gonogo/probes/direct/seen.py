"""What a dependency may say.

Exception
├── Refused       it answered, and the answer is against it
├── Quiet         no answer: the network may be to blame
└── (EvidenceUnavailable)   it could not be asked
"""

from dataclasses import dataclass

from gonogo.core.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer: `elapsed` in seconds is what a budget is compared with."""

    text: str
    elapsed: float
    outcome: Outcome = Outcome.PASS
    value: str | None = None
    threshold: str | None = None


class Refused(Exception):  # noqa: N818 - reads as what it says
    """The dependency answered, and not well."""


class Quiet(Exception):  # noqa: N818 - as above
    """No answer; `kind` as in core.answer.Silence."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind
