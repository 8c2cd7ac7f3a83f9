"""What the parts are called with, and GitHub's API as somebody else brings it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

from gonogo.core.commit import same_commit
from gonogo.core.errors import GonogoError
from gonogo.reporting.github.job import Job
from gonogo.reporting.github.told import Told

_WHOLE = 40  # characters of a commit


class Unable(GonogoError):  # noqa: N818 - reads as what it says
    """A part cannot tell anything, which changes no decision."""


class Api(Protocol):
    """GitHub's REST API below one host; each raises EvidenceUnavailable."""

    async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any: ...

    async def post(self, path: str, body: Mapping[str, Any]) -> Any: ...

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any: ...

    async def pages(
        self, path: str, query: Mapping[str, str | int] | None = None, key: str | None = None
    ) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Call:
    """What is told, where from, and what was wished for on the command line."""

    told: Told
    job: Job
    pr: int | None = None
    commit: str | None = None
    deployment_id: int | None = None
    workflow: str = ""
    ref: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The path of the repository."""
        return f"/repos/{self.job.repository}"

    async def commit_of(self, api: Api) -> str:
        """Return the whole commit that the record is about; raises Unable.

        A pull request's job runs on a merge that nobody sees: its head is meant. A scheduled one
        runs on the newest commit, which need not be the one that serves.
        """
        told, job = self.told, self.job
        named = self.commit or told.commit
        if named is None and told.stage != "scheduled":
            named = job.sha
        if not named:
            raise Unable("which commit? give --commit")
        if job.sha and same_commit(named, job.sha):
            return job.head or job.sha if self.commit is None else job.sha
        if len(named) == _WHOLE:
            return named
        found = await api.get(f"{self.base}/commits/{quote(named, safe='')}")
        whole = found.get("sha") if isinstance(found, dict) else None
        if not isinstance(whole, str):
            raise Unable(f"GitHub does not say which commit {named} is")
        return whole
