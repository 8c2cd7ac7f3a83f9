"""What a step of a journey may end with.

AssertionError                 evidence against the release
├── Against                    an answer that must not be
└── Unreachable                no answer, while the runner's network is proven
EvidenceUnavailable            no evidence
└── NoAnswer                   no answer, and the runner's network may be to blame
    └── Throttled              a rate limit: it says nothing about the release
"""

from gonogo.core.errors import EvidenceUnavailable


class Against(AssertionError):  # noqa: N818 - reads as what it says
    """An answer that speaks against the release; `final` where asking again refutes nothing."""

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


class Unreachable(AssertionError):  # noqa: N818 - as above
    """A transport failure, while control URLs answer."""


class NoAnswer(EvidenceUnavailable):
    """A transport failure that may be the runner's own, or an answer of the edge."""


class Throttled(NoAnswer):
    """The service answered 429; `wait` is what it asks for, in seconds."""

    def __init__(self, text: str, wait: float) -> None:
        super().__init__(text)
        self.wait = wait


TRANSPORT = (Unreachable, NoAnswer)
