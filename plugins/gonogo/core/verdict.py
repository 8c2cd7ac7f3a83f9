"""The verdict: one decision with its reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gonogo.core.finding import Finding
from gonogo.core.guard import UNGUARDED, Guard
from gonogo.core.outcome import Decision, Outcome, worst_outcome


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding, and the decision it leads to; `note` says what changed the plain rule."""

    decision: Decision
    finding: Finding
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run decided. `reasons` has the strongest first."""

    decision: Decision
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()
    guard: Guard = field(default_factory=lambda: UNGUARDED)

    @property
    def counts(self) -> Mapping[str, int]:
        """Number of checks by outcome, and of reruns."""
        of = [finding.outcome for finding in self.findings]
        return {
            "passed": of.count(Outcome.PASS),
            "warned": of.count(Outcome.WARN),
            "failed": of.count(Outcome.FAIL),
            "unknown": of.count(Outcome.UNKNOWN),
            "rerun": sum(finding.reruns for finding in self.findings),
            "total": len(of),
        }

    @property
    def levels(self) -> Mapping[str, Outcome | None]:
        """Worst outcome of each health level, None where nothing was checked."""
        return {
            str(level): worst_outcome(f.outcome for f in self.findings if f.level == level)
            for level in (1, 2, 3, 4)
        }


def alike(reasons: Iterable[Reason]) -> list[list[Reason]]:
    """Group the reasons that say the same, in the order of the first of each."""
    groups: dict[tuple[str, str, str | None], list[Reason]] = {}
    for reason in reasons:
        finding = reason.finding
        groups.setdefault((finding.outcome, finding.message, reason.note), []).append(reason)
    return list(groups.values())
