"""Ways to bring a release out, in the order of preference."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ApiPath:
    """A way through a provider: its status page says it works, its API takes the token.

    `page` is None where no page is asked; without a `component` the page as a whole speaks.
    `variables` are the environment variables that were looked into for the token.
    """

    slug: str
    kind: str
    api: str
    variables: tuple[str, ...]
    page: str | None = None
    component: str | None = None
    repository: str | None = None
    workflow: str | None = None
    project: str | None = None
    token: str | None = field(default=None, repr=False)
    variable: str | None = None  # the one that the token was found in


@dataclass(frozen=True, slots=True)
class LocalPath:
    """A command line tool, run in a work tree that holds nothing but the commit.

    `reports` is where this run writes: what it leaves there does not make the tree unclean.
    """

    slug: str
    cli: str
    folder: str = "."
    reports: str | None = None


DeployPath = ApiPath | LocalPath
API_KINDS = ("github-actions", "railway", "render", "circleci")
KINDS = (*API_KINDS, "local")
