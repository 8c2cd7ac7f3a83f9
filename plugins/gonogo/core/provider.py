"""A hosting provider: where a target runs there, and what it says about the target."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gonogo.core.past import Identity

LISTED = 100  # so many of the newest deployments are asked for


@dataclass(frozen=True, slots=True)
class Hosting:
    """Where a target runs, and with which token its provider is asked; None is not known.

    A `project_token` belongs to one environment of one project, any other token to an account.
    """

    provider: str
    target: str
    api: str
    token: str | None = field(default=None, repr=False)
    project_token: bool = False
    project: str | None = None
    environment: str | None = None
    service: str | None = None
    root: str = "."  # the folder that the next two start from
    state: str | None = None
    restore: str | None = None  # a command with {id} or {commit} in it

    @property
    def place(self) -> tuple[str, ...]:
        """What tells two places apart."""
        return tuple(each or "" for each in (self.provider, self.environment, self.service))


@dataclass(frozen=True, slots=True)
class Provided:
    """The variables that a provider starts a release with.

    `sealed` are set, but nobody can read them; `doubt` says why a name that is missing here may
    be set all the same.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    sealed: frozenset[str] = frozenset()
    doubt: str | None = None


class State(StrEnum):
    """What became of a deployment, in one vocabulary for all providers."""

    LIVE = "live"
    UNDER_WAY = "under way"
    REPLACED = "replaced"  # it has served, and does no more
    ENDED = "ended"  # it failed, was cancelled or skipped: it never served
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment as its provider lists it; `word` is the provider's own for the state.

    `created` is in epoch seconds, 0 where it is not known. `restorable` is None where the
    provider does not say.
    """

    id: str
    state: State
    created: float = 0.0
    commit: str | None = None
    restorable: bool | None = None
    word: str = ""

    @property
    def identity(self) -> Identity:
        """The name that a history files it under."""
        return Identity(self.id, self.commit)

    def __str__(self) -> str:
        commit = f" ({self.commit[:12]})" if self.commit else ""
        return f"{self.id}{commit}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of the wish to restore: the new deployment's ID where the provider tells it."""

    id: str | None = None


def newest_first(listed: Iterable[Deployed]) -> list[Deployed]:
    """Order deployments; those of the same moment stay as they were listed."""
    return sorted(listed, key=lambda each: -each.created)


def live_of(listed: Sequence[Deployed]) -> Deployed | None:
    """Return the newest deployment that serves."""
    return next((each for each in listed if each.state is State.LIVE), None)


def goal_of(listed: Sequence[Deployed], wanted: Identity) -> Deployed | None:
    """Return the deployment that restoring would bring back; None where it is not listed.

    By its ID, else the newest of its commit that has served; one that can be restored comes first.
    """
    exact = [each for each in listed if wanted.id and each.id == wanted.id]
    same = [each for each in listed if each.state is State.REPLACED and _same(each, wanted)]
    fit = [each for each in (*exact, *same) if each.restorable is not False]
    return next(iter((*fit, *exact, *same)), None)


def _same(each: Deployed, wanted: Identity) -> bool:
    commits = Identity(commit=each.commit), Identity(commit=wanted.commit)
    return bool(commits[0].same(commits[1]))


def can_be_restored(listed: Sequence[Deployed], wanted: Identity) -> bool | None:
    """Evaluate the guard `target_not_restorable`; None where the provider does not say."""
    if not wanted.key:
        return None
    goal = goal_of(listed, wanted)
    if goal is None:
        return False if len(listed) < LISTED else None
    if goal.state in {State.ENDED, State.UNDER_WAY}:
        return False
    return goal.restorable
