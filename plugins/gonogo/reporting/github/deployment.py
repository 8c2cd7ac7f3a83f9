"""The deployment of a commit to an environment, and how it went."""

from typing import Any

from gonogo.core.outcome import Decision, Stage
from gonogo.reporting.github import status, texts
from gonogo.reporting.github.port import Api, Call, Unable
from gonogo.reporting.github.told import Told


def state(told: Told) -> str:
    """Return the state: before a deployment, a GO has not succeeded in anything yet."""
    if told.undone:
        return "inactive"
    if told.decision == Decision.GO and told.stage == Stage.PREDEPLOY:
        return "pending"
    return status.state(told)


async def tell(api: Api, call: Call) -> str:
    """Add a status to a deployment, which is made where there is none of this commit."""
    told = call.told
    number = call.deployment_id or await _found(api, call)
    path = f"{call.base}/deployments/{number}/statuses"
    undone = "rolled back, and the version before was verified"
    body = {
        "state": state(told),
        "environment": told.target,
        "description": undone if told.undone else texts.one_line(told, status.LONGEST),
        **({"environment_url": told.url} if told.url else {}),
        **({"log_url": call.job.run} if call.job.run else {}),
    }
    shown = f"{body['state']} of {told.target}: deployment {number}"
    known = await api.get(path, {"per_page": 1})
    latest = known[0] if isinstance(known, list) and known else {}
    if all(latest.get(name) == value for name, value in body.items()):
        return f"unchanged, {shown}"
    await api.post(path, body)
    return shown


async def _found(api: Api, call: Call) -> int:
    """Return the newest deployment of the commit; a job with an `environment` has made one."""
    commit = await call.commit_of(api)
    path = f"{call.base}/deployments"
    query: dict[str, str | int] = {"sha": commit, "environment": call.told.target, "per_page": 1}
    known: Any = await api.get(path, query)
    made: Any = known[0] if isinstance(known, list) and known else None
    if made is None:
        made = await api.post(
            path,
            {
                "ref": commit,
                "environment": call.told.target,
                "auto_merge": False,
                "required_contexts": [],  # whether to deploy was decided before
                "description": f"gonogo, {call.told.name}",
            },
        )
    number = made.get("id") if isinstance(made, dict) else None
    if not isinstance(number, int):
        raise Unable("GitHub made no deployment")
    return number
