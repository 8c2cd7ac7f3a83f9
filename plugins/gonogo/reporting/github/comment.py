"""One comment of a pull request for each target, changed in place."""

from gonogo.reporting.github import texts
from gonogo.reporting.github.port import Api, Call

MOST = 5  # pull requests of one commit


async def tell(api: Api, call: Call) -> str:
    """Write or change the comment of each pull request."""
    numbers = [call.pr] if call.pr else call.job.pull_requests or await _of_commit(api, call)
    if not numbers:
        return "no pull request holds this commit: nothing was written"
    return ", ".join([await _one(api, call, number) for number in numbers[:MOST]])


async def _one(api: Api, call: Call, number: int) -> str:
    text = texts.comment(call.told, call.job)
    mark = texts.marker("comment", call.told)
    path = f"{call.base}/issues/{number}/comments"
    ours = [e for e in await api.pages(path) if str(e.get("body") or "").startswith(mark)]
    if not ours:
        await api.post(path, {"body": text})
        return f"written on #{number}"
    if ours[0]["body"].replace("\r\n", "\n") == text:
        return f"unchanged on #{number}"
    await api.patch(f"{call.base}/issues/comments/{ours[0]['id']}", {"body": text})
    return f"changed on #{number}"


async def _of_commit(api: Api, call: Call) -> list[int]:
    """Return the open pull requests that hold the commit, or those that brought it."""
    commit = await call.commit_of(api)
    found = await api.pages(f"{call.base}/commits/{commit}/pulls")
    opened = [each for each in found if each.get("state") == "open"]
    numbers = [each.get("number") for each in opened or found]
    return [number for number in numbers if isinstance(number, int)]
