"""What a CI must have said about a commit before it may be deployed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.core.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Where a CI is asked; `wait` and `every` in seconds.

    `repository` is "owner/name", or a GitLab project's path or number. `header` is how the token
    is sent. Where an `app` is named, only what it reports counts.
    """

    repository: str
    api: str
    wait: float
    every: float
    token: str | None = field(default=None, repr=False)
    provider: str = "github"
    header: str = "Authorization"
    app: str | None = None


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """One name that must have succeeded: as it is, as a glob, or as the prefix of a matrix."""

    slug: str
    name: str
    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class State:
    """Where one job is, in the CI's own word: PASS, FAIL, or UNKNOWN while it is not at its end."""

    word: str
    outcome: Outcome

    @classmethod
    def of(cls, word: object, failures: frozenset[str], note: str = "") -> "State":
        """Judge a word: only `success` is one; a word that is not known is no evidence."""
        text = str(word or "no state")
        if text == "success":
            return cls(text, Outcome.PASS)
        return cls(text + note, Outcome.FAIL if text in failures else Outcome.UNKNOWN)


States = Mapping[str, State]


def keep_worst(states: dict[str, State], name: str, state: State) -> None:
    """Note a state; of several with one name the worst stays."""
    known = states.get(name)
    if known is None or known.outcome.rank < state.outcome.rank:
        states[name] = state
