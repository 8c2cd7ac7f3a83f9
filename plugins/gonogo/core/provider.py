"""A hosting provider: where a target runs there, and what it says about the target."""

from collections.abc import Mapping
from dataclasses import dataclass, field


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
