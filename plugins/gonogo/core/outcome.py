"""The closed vocabularies: what a check found, what a run decides, and when it runs."""

from collections.abc import Iterable
from enum import StrEnum
from typing import assert_never


class Outcome(StrEnum):
    """What one check says about the release."""

    PASS = "PASS"  # noqa: S105 - an outcome, not a password
    WARN = "WARN"
    UNKNOWN = "UNKNOWN"
    FAIL = "FAIL"

    @property
    def rank(self) -> int:
        """Place in the order from best to worst."""
        return _OUTCOMES.index(self)


_OUTCOMES = (Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL)


class Decision(StrEnum):
    """The answer of a run; the order of `PRECEDENCE` says which wins."""

    GO = "GO"
    INCONCLUSIVE = "INCONCLUSIVE"
    HOLD = "HOLD"
    BLOCK = "BLOCK"
    ROLLBACK = "ROLLBACK"

    @property
    def exit_code(self) -> int:
        """The process exit code that a shell step reads."""
        match self:
            case Decision.GO:
                return 0
            case Decision.BLOCK:
                return 10
            case Decision.ROLLBACK:
                return 20
            case Decision.HOLD:
                return 30
            case Decision.INCONCLUSIVE:
                return 40
            case _:
                assert_never(self)

    @property
    def meaning(self) -> str:
        """What it says of the release, in one line."""
        match self:
            case Decision.GO:
                return "every required check has positive evidence"
            case Decision.BLOCK:
                return "the new version must not take traffic, or never did; nothing to undo"
            case Decision.ROLLBACK:
                return "the new version serves, and a confirmed failure justifies undoing it"
            case Decision.HOLD:
                return "a problem is known, and no automatic action is justified"
            case Decision.INCONCLUSIVE:
                return "it is not known"
            case _:
                assert_never(self)

    @property
    def rank(self) -> int:
        """Place in the order from mildest to strongest."""
        return PRECEDENCE.index(self)


PRECEDENCE = (
    Decision.GO,
    Decision.INCONCLUSIVE,
    Decision.HOLD,
    Decision.BLOCK,
    Decision.ROLLBACK,
)


class Stage(StrEnum):
    """What a failure may lead to."""

    PREDEPLOY = "predeploy"
    POSTDEPLOY = "postdeploy"
    SCHEDULED = "scheduled"


def worst(decisions: Iterable[Decision]) -> Decision:
    """Return the strongest of the decisions; of none at all, INCONCLUSIVE: nothing was seen."""
    return max(decisions, key=lambda decision: decision.rank, default=Decision.INCONCLUSIVE)


def worst_outcome(outcomes: Iterable[Outcome]) -> Outcome | None:
    """Return the worst of the outcomes, or None where there is none."""
    return max(outcomes, key=lambda outcome: outcome.rank, default=None)
