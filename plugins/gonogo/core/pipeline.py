"""What a CI must have said about a commit before it may be deployed."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Where a CI is asked; `wait` and `every` in seconds. `repository` is "owner/name"."""

    repository: str
    api: str
    wait: float
    every: float
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """One name that must have succeeded: as it is, as a glob, or as the prefix of a matrix."""

    slug: str
    name: str
    pipeline: Pipeline
