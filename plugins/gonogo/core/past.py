"""What is remembered of earlier runs: plain rows, times in UTC epoch seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.commit import same_commit
from gonogo.core.outcome import Decision, Outcome, Stage


@dataclass(frozen=True, slots=True)
class Identity:
    """Which deployment: a provider's ID, a commit, or both. Empty where neither is known."""

    id: str | None = None
    commit: str | None = None

    @property
    def key(self) -> str:
        """What one deployment is filed under; empty where it has no name."""
        return self.id or (self.commit or "").lower()

    def same(self, other: "Identity") -> bool | None:
        """Tell whether both are one deployment; None where that cannot be known."""
        if self.id and other.id:
            return self.id == other.id
        if self.commit and other.commit:
            return same_commit(self.commit, other.commit)
        return None


@dataclass(frozen=True, slots=True)
class PastRun:
    """One recorded run, without its record. `snapshot` is a run that sampled before a deploy."""

    run_id: str
    target: str
    stage: Stage
    decision: Decision
    started: float
    finished: float
    identity: Identity = Identity()
    complete: bool = True
    shadow: bool = False
    snapshot: bool = False
    exit_code: int = 0
    policy_hash: str = ""

    @property
    def proven(self) -> bool:
        """True for a complete, unshadowed GO of what serves."""
        return self.decision is Decision.GO and self.whole

    @property
    def whole(self) -> bool:
        """True where the run speaks about all of what serves."""
        return self.complete and self.of_what_serves

    @property
    def of_what_serves(self) -> bool:
        """True for an unshadowed run after a deploy."""
        return not self.shadow and not self.snapshot and self.stage is not Stage.PREDEPLOY


@dataclass(frozen=True, slots=True)
class PastSample:
    """One measurement. `series` names the signal's slug or route; `value` None is no value."""

    signal: str
    at: float
    value: float | None = None
    outcome: Outcome | None = None
    service: str = ""
    series: str = ""
    labels: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a target, as runs have seen it.

    `deployed` is when a postdeploy run saw it first, None where none has seen it take traffic;
    `proven` is when it last had a complete, unshadowed GO, None where it never had one.
    """

    identity: Identity
    first_seen: float
    last_seen: float
    decision: Decision
    deployed: float | None = None
    proven: float | None = None


@dataclass(frozen=True, slots=True)
class Rollback:
    """One attempt to go back `source` -> `goal`, and how it ended ("asked", "served", …)."""

    at: float
    source: Identity
    goal: Identity = Identity()
    automatic: bool = True
    outcome: str = ""
    run_id: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A word of a human about baselines: "pin" a run, or "invalidate" what came before."""

    at: float
    kind: str
    run_id: str | None = None
    why: str = ""


def previous_of(deployments: Sequence[Deployment], current: Identity) -> Deployment | None:
    """Return the last proven deployment that is certainly not the current one."""
    others = [d for d in deployments if d.proven is not None and d.identity.same(current) is False]
    last = max(others, key=lambda each: each.proven or 0.0, default=None)
    named = (d for d in others if d.identity.id and last and d.identity.same(last.identity))
    return next(named, last)  # a scheduled run may have seen its commit only
