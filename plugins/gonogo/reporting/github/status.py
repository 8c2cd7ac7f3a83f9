"""The status of a commit: one for each target."""

from gonogo.core.outcome import Decision
from gonogo.reporting.github import texts
from gonogo.reporting.github.port import Api, Call
from gonogo.reporting.github.told import PENDING, Told

LONGEST = 140  # characters of a description
STATES = {
    Decision.GO: "success",
    Decision.BLOCK: "failure",
    Decision.ROLLBACK: "failure",
    Decision.HOLD: "failure",
    Decision.INCONCLUSIVE: "error",
}


def state(told: Told) -> str:
    """Return the state: success needs a GO that left nothing out."""
    if told.decision == PENDING or (told.decision == Decision.GO and not told.complete):
        return "pending"
    return STATES[Decision(told.decision)]


async def tell(api: Api, call: Call) -> str:
    """Set the status, unless it is set already."""
    told = call.told
    commit = await call.commit_of(api)
    described = "no decision yet" if told.decision == PENDING else texts.one_line(told, LONGEST)
    body = {
        "state": state(told),
        "context": f"gonogo/{told.target}",
        "description": described,
        **({"target_url": call.job.run} if call.job.run else {}),
    }
    shown = f"{body['state']} on {commit[:7]}: {body['context']}"
    known = await api.pages(f"{call.base}/commits/{commit}/status", key="statuses")
    for each in known:
        if all(each.get(name) == value for name, value in body.items()):
            return f"unchanged, {shown}"
    await api.post(f"{call.base}/statuses/{commit}", body)
    return shown
