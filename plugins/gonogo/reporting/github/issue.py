"""One open issue for each target that is not well, and one for a release that may not go there.

A closed one is history and stays closed: a failure after it is a new issue.
"""

from contextlib import suppress
from typing import Any

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Decision
from gonogo.reporting.github import texts
from gonogo.reporting.github.port import Api, Call
from gonogo.reporting.github.told import Told

ALERT, URGENT = "deployment-alert", "urgent"
_LABELS = {ALERT: ("b60205", "gonogo: a target is not well"), URGENT: ("d93f0b", "Act now")}
_URGENT = {Decision.ROLLBACK, Decision.BLOCK}


async def tell(api: Api, call: Call) -> str:
    """Open, change or close the issue; what proves nothing leaves it as it is."""
    told = call.told
    if told.decision == Decision.INCONCLUSIVE or (told.decision == Decision.GO and not told.proven):
        return f"left as it is: {told.decision} of {told.name} proves nothing"
    ours = await _ours(api, call)
    if told.proven:
        return await _close(api, call, ours)
    if not ours:
        return await _open(api, call)
    return await _change(api, call, ours[0])


async def _ours(api: Api, call: Call) -> list[dict[str, Any]]:
    """Return our open issues, the oldest first; pull requests are issues as well for GitHub."""
    query = {"labels": ALERT, "state": "open", "sort": "created", "direction": "asc"}
    found = await api.pages(f"{call.base}/issues", query)
    mark = texts.issue_marker(call.told)
    ours = [e for e in found if str(e.get("body") or "").startswith(mark)]
    return [each for each in ours if "pull_request" not in each]


def _wanted(told: Told) -> list[str]:
    return [ALERT, URGENT] if told.decision in _URGENT else [ALERT]


def _names(issue: dict[str, Any]) -> list[str]:
    labels = issue.get("labels") or []
    return [str(each.get("name") if isinstance(each, dict) else each) for each in labels]


async def _open(api: Api, call: Call) -> str:
    told = call.told
    await _make_labels(api, call, _wanted(told))
    body = {"title": texts.title(told), "body": texts.issue(told, call.job)}
    made = await api.post(f"{call.base}/issues", {**body, "labels": _wanted(told)})
    number = made["number"]
    if ALERT not in _names(made):  # whoever may not push sets no label, and is not told so
        return f"opened #{number}, without its label: the next run will not find it"
    return f"opened #{number}"


async def _make_labels(api: Api, call: Call, names: list[str]) -> None:
    """Make our labels with colour and text; where that fails, GitHub makes them plain."""
    with suppress(EvidenceUnavailable):
        known = {str(e.get("name")).lower() for e in await api.pages(f"{call.base}/labels")}
        for name in names:
            if name not in known:
                colour, text = _LABELS[name]
                label = {"name": name, "color": colour, "description": text}
                await api.post(f"{call.base}/labels", label)


async def _change(api: Api, call: Call, issue: dict[str, Any]) -> str:
    told, number = call.told, issue["number"]
    if texts.state(told) in issue["body"]:
        return f"unchanged, #{number}"
    wanted = _wanted(told)
    await _make_labels(api, call, wanted)
    labels = [name for name in _names(issue) if name != URGENT or URGENT in wanted]
    body = {"title": texts.title(told), "body": texts.issue(told, call.job)}
    labels += [name for name in wanted if name not in labels]
    await api.patch(f"{call.base}/issues/{number}", {**body, "labels": labels})
    text = [f"Now **{told.decision}**.", *texts.reasons(told), "", *texts.facts(told, call.job)]
    await _comment(api, call, number, "\n".join(text))
    return f"changed #{number}"


async def _close(api: Api, call: Call, ours: list[dict[str, Any]]) -> str:
    """Close first: where that fails, the next run tries again, and has said nothing twice."""
    for issue in ours:
        path = f"{call.base}/issues/{issue['number']}"
        await api.patch(path, {"state": "closed", "state_reason": "completed"})
        text = ["Recovered: **GO**.", "", *texts.facts(call.told, call.job)]
        await _comment(api, call, issue["number"], "\n".join(text))
    numbers = ", ".join(f"#{issue['number']}" for issue in ours)
    return f"closed {numbers}" if ours else f"nothing to close: {call.told.name} is well"


async def _comment(api: Api, call: Call, number: int, text: str) -> None:
    await api.post(f"{call.base}/issues/{number}/comments", {"body": texts.within(text)})
