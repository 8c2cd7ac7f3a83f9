"""The parts of `gonogo github`: one table."""

from typing import NamedTuple


class Part(NamedTuple):
    """A module with `tell(api, call)`, the permission it needs, and which runs it is told of."""

    module: str
    permission: str
    purpose: str
    shadow: bool = False  # also of a run that decides nothing
    pending: bool = False  # also of a run that has not decided


_ROOM = "gonogo.reporting.github"
PARTS = {
    "comment": Part(
        f"{_ROOM}.comment",
        "pull-requests: write",
        "one comment of the pull request, changed in place",
        shadow=True,
    ),
    "status": Part(
        f"{_ROOM}.status",
        "statuses: write",
        "the status gonogo/TARGET of the commit",
        pending=True,
    ),
    "deployment": Part(
        f"{_ROOM}.deployment",
        "deployments: write",
        "a status of the deployment, which is made where there is none",
    ),
    "issue": Part(
        f"{_ROOM}.issue",
        "issues: write",
        "one open issue while the target is not well, closed on recovery",
    ),
    "dispatch": Part(
        f"{_ROOM}.dispatch",
        "actions: write",
        "start a workflow, such as monitoring, once for this record",
        shadow=True,
    ),
}
