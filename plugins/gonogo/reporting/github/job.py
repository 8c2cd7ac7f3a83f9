"""The job that tells: its repository, its run, and the event that started it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

API = "https://api.github.com"
LARGEST = 32 << 20  # bytes of an event


@dataclass(frozen=True)
class Job:
    """Where a job of GitHub Actions is; outside of one, as much as is given."""

    repository: str
    api: str = API
    sha: str | None = None
    run: str = ""  # its page
    event: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str], repository: str) -> "Job":
        """Read the variables of a job, and its event."""
        server = environ.get("GITHUB_SERVER_URL") or "https://github.com"
        number = environ.get("GITHUB_RUN_ID", "")
        return cls(
            repository,
            (environ.get("GITHUB_API_URL") or API).rstrip("/"),
            environ.get("GITHUB_SHA") or None,
            f"{server}/{repository}/actions/runs/{number}" if number else "",
            _event(environ.get("GITHUB_EVENT_PATH")),
        )

    @property
    def head(self) -> str | None:
        """The head of the pull request that started the job."""
        head = _table(_table(self.event.get("pull_request")).get("head"))
        return head["sha"] if isinstance(head.get("sha"), str) else None

    @property
    def pull_requests(self) -> list[int]:
        """The pull requests that the event is about."""
        run = _table(self.event.get("workflow_run")).get("pull_requests")
        issue = _table(self.event.get("issue"))
        about = [self.event.get("pull_request"), issue if "pull_request" in issue else None]
        about += run if isinstance(run, list) else []
        numbers = [_table(each).get("number") for each in about]
        return [number for number in numbers if isinstance(number, int)]

    @property
    def default_branch(self) -> str | None:
        """The branch that schedules run on."""
        name = _table(self.event.get("repository")).get("default_branch")
        return name if isinstance(name, str) else None


def _event(path: str | None) -> Mapping[str, Any]:
    """An event that cannot be read says nothing."""
    try:
        if not path or Path(path).stat().st_size > LARGEST:
            return {}
        return _table(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
