"""The rollback guard: what must hold before an automatic rollback."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Deployment, Identity, PastRun, Rollback, previous_of

GUARDS = (
    "preexisting",
    "no_target",
    "target_not_restorable",
    "rollback_unsafe_migration",
    "attempt_budget",
    "rollback_of_rollback",
    "frozen",
)
MEANINGS = {
    "preexisting": "it failed before the deployment already",
    "no_target": "no earlier deployment had a GO",
    "target_not_restorable": "the provider cannot restore the version before",
    "rollback_unsafe_migration": "the version before may not run on the schema of now",
    "attempt_budget": "there was an automatic rollback within the hour",
    "rollback_of_rollback": "what serves is what was rolled back to",
    "frozen": "automatic rollbacks are switched off",
}
SNAPSHOT_S = 1800.0  # how old a snapshot may be when the deploy begins
BUDGET_S = 3600.0  # one automatic rollback of a target in this time

Guard = Mapping[str, bool | None]
UNGUARDED: Guard = dict.fromkeys(GUARDS)


def refusal(guard: Guard) -> str | None:
    """Return the name of the first guard that does not hold; None is "not evaluated"."""
    return next((name for name in GUARDS if guard.get(name) is False), None)


def in_words(note: str) -> str:
    """Return a note with what it means, where it is the bare name of a guard."""
    return f"{note}: {MEANINGS[note]}" if note in MEANINGS else note


@dataclass(frozen=True)
class Standing:
    """Where a deployment stands: its guards, and what else a decision needs of the past.

    `failed_before` are the checks that failed in a snapshot before the deploy, `in_window` says
    whether the scheduled stage may still roll back; None where that is not known. `problem` says
    why a history that is configured could not be asked. `restorable` is the provider's word.
    `known` are the commits that the target has served before, as far as anybody remembers.
    """

    guard: Guard = field(default_factory=lambda: UNGUARDED)
    previous: Identity = field(default_factory=Identity)
    failed_before: frozenset[str] | None = None
    in_window: bool | None = None
    problem: str | None = None
    restorable: bool | None = None
    known: frozenset[str] = frozenset()

    def told(self, restorable: bool | None) -> "Standing":
        """Return the standing with what the provider says of the version to go back to."""
        guard = {**self.guard, "target_not_restorable": restorable}
        return replace(self, guard=guard, restorable=restorable)


@dataclass(frozen=True)
class Past:
    """What the history says about a target, as far as guards ask for it.

    Deployments and runs begin with the newest; runs are those of what serves.
    `failed_before` are the checks that failed in a snapshot, None where there is no snapshot;
    `schema_allows` tells whether the version before can run on the schema of now.
    """

    deployments: Sequence[Deployment] = ()
    rollbacks: Sequence[Rollback] = ()
    runs: Sequence[PastRun] = ()
    failed_before: frozenset[str] | None = None
    schema_allows: bool | None = None

    def served_before(self, current: Identity) -> frozenset[str]:
        """The commits of other deployments that runs have seen take traffic."""
        return frozenset(
            each.identity.commit
            for each in self.deployments
            if each.identity.commit and each.deployed is not None
            if not each.identity.same(current)
        )

    @property
    def attempts(self) -> list[Rollback]:
        """The rollbacks that were noted, and those that nobody noted."""
        return [*self.rollbacks, *returns(self.runs, self.deployments)]

    def presumed(self, current: Identity, stage: Stage) -> Identity:
        """Return what serves: a scheduled run that cannot tell takes what was deployed last."""
        if current.key or stage is not Stage.SCHEDULED:
            return current
        known = [each for each in self.deployments if each.deployed is not None]
        last = max(known, key=lambda each: each.deployed or 0.0, default=None)
        return current if last is None else last.identity

    def deployed(self, current: Identity) -> float | None:
        """Return when this deployment was recorded first by a run after a deploy."""
        known = [each.deployed for each in self.deployments if each.identity.same(current)]
        return max((at for at in known if at is not None), default=None)

    def previous(self, current: Identity) -> Deployment | None:
        """Return the last proven deployment that is not the current one."""
        return previous_of(self.deployments, current)


def is_thawed(frozen: bool | None, file_exists: bool | None) -> bool | None:
    """Tell whether automatic rollbacks are allowed; None where nobody says anything about it."""
    if frozen is None and file_exists is None:
        return None
    return not frozen and not file_exists


def is_spent(attempts: Iterable[Rollback], wish: Rollback) -> bool:
    """Tell whether an automatic rollback was made of this deployment, or of any other lately."""
    automatic = [each for each in attempts if each.automatic]
    recent = any(wish.at - each.at < BUDGET_S for each in automatic)
    return recent or any(each.source.same(wish.source) for each in automatic)


def guards_of(past: Past, current: Identity, now: float) -> dict[str, bool | None]:
    """Evaluate the guards whose source is the history; `now` is in epoch seconds."""
    return {
        "preexisting": None if past.failed_before is None else True,
        "no_target": _has_target(past, current),
        "rollback_unsafe_migration": past.schema_allows,
        "attempt_budget": _has_budget(past, current, now),
        "rollback_of_rollback": _is_no_rollback(past, current),
    }


def _has_target(past: Past, current: Identity) -> bool | None:
    if past.previous(current) is not None:
        return True
    proven = [each for each in past.deployments if each.proven is not None]
    unsure = any(each.identity.same(current) is None for each in proven)
    unnamed = any(run.proven and not run.identity.key for run in past.runs)
    return None if unsure or unnamed else False


def _has_budget(past: Past, current: Identity, now: float) -> bool | None:
    automatic = [each for each in past.attempts if each.automatic]
    if any(now - each.at < BUDGET_S for each in automatic):
        return False
    return _none_of([each.source.same(current) for each in automatic])


def _is_no_rollback(past: Past, current: Identity) -> bool | None:
    last = max(past.attempts, key=lambda each: each.at, default=None)
    if last is None or not last.goal.key:
        return True
    if _commits(last.goal, current):
        return False  # a provider gives what it restores an ID of its own
    return _none_of([last.goal.same(current)])


def _none_of(matches: Sequence[bool | None]) -> bool | None:
    """Return False where one matches, None where that cannot be known, else True."""
    if any(matches):
        return False
    return None if None in matches else True


def returns(runs: Sequence[PastRun], deployments: Sequence[Deployment]) -> list[Rollback]:
    """Find the rollbacks that nobody noted: a proven commit serves again after a ROLLBACK.

    Teams roll back by their own commands as well; what serves afterwards gives them away.
    """
    found: list[Rollback] = []
    condemned: PastRun | None = None
    for run in sorted((run for run in runs if run.identity.commit), key=lambda run: run.started):
        if condemned is not None and _commits(condemned.identity, run.identity) is False:
            if _known_before(condemned.started, run.identity, deployments):
                source = Identity(commit=condemned.identity.commit)
                found.append(Rollback(run.started, source, run.identity))
            condemned = None
        if run.decision is Decision.ROLLBACK:
            condemned = run
    return found


def _known_before(at: float, current: Identity, deployments: Sequence[Deployment]) -> bool:
    earlier = (each for each in deployments if each.proven is not None and each.first_seen < at)
    return any(_commits(each.identity, current) for each in earlier)


def _commits(one: Identity, other: Identity) -> bool | None:
    return Identity(commit=one.commit).same(Identity(commit=other.commit))
