"""Whether a provider's API takes a token, and for what is to be done with it."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from gonogo.core.answer import Request
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome
from gonogo.core.path import ApiPath
from gonogo.probes.context import Context
from gonogo.probes.github import request_for
from gonogo.probes.witness import Refused, json_of, replied

# a classic token says what it may do; any of these lets it start a workflow of a repository
_SCOPES = {"repo", "public_repo", "workflow"}
# what each kind of Railway's tokens can ask about itself; a project token has a header of its own
_RAILWAY = (
    ("Project-Access-Token", "", "projectToken", "query { projectToken { projectId } }"),
    ("Authorization", "Bearer ", "me", "query { me { id } }"),
    ("Authorization", "Bearer ", "apiToken", "query { apiToken { workspaces { id } } }"),
)
RAILWAY_QUERIES = tuple(query for _, _, _, query in _RAILWAY)
_NOT_ALLOWED = ("not authorized", "unauthorized", "unauthenticated", "invalid token", "forbidden")


async def accepted(context: Context, path: ApiPath, token: str) -> Reading:
    """Ask the API of the path; a refusal is a FAIL, raises EvidenceUnavailable else."""
    try:
        return await _ASKED[path.kind](context, path, token)
    except Refused as refused:
        variable = path.variable or "the token"
        text = f"{variable} is not accepted ({refused})"
        return Reading(Outcome.FAIL, text, value="refused", threshold="accepted")


async def _github(context: Context, path: ApiPath, token: str) -> Reading:
    base = f"{path.api}/repos/{path.repository}"
    reply = await replied(context, request_for(base, token))
    repository = _table(reply.document, "full_name", path)
    scopes = {scope.strip() for scope in reply.headers.get("x-oauth-scopes", "").split(",")} - {""}
    if scopes and not scopes & _SCOPES:
        raise Refused(f"its scopes are {', '.join(sorted(scopes))}; repo is needed")
    shut = next((word for word in ("archived", "disabled") if repository.get(word) is True), None)
    if shut is not None:
        return Reading(Outcome.FAIL, f"{path.repository} is {shut}", value=shut)
    if path.workflow is not None:
        url = f"{base}/actions/workflows/{quote(path.workflow, safe='')}"
        workflow = _table(await json_of(context, request_for(url, token)), "state", path)
        state = str(workflow["state"])
        if state != "active":
            text = f"the workflow {path.workflow} is {state}; fix: enable it"
            return Reading(Outcome.FAIL, text, value=state, threshold="active")
    return _good(path)


async def _circleci(context: Context, path: ApiPath, token: str) -> Reading:
    what = "me" if path.project is None else f"project/{quote(path.project)}"
    request = Request(f"{path.api}/api/v2/{what}", headers=(("Circle-Token", token),))
    _table(await json_of(context, request), "id" if path.project is None else "slug", path)
    return _good(path)


async def _render(context: Context, path: ApiPath, token: str) -> Reading:
    headers = (("Authorization", f"Bearer {token}"), ("Accept", "application/json"))
    owners = await json_of(context, Request(f"{path.api}/v1/owners?limit=1", headers=headers))
    if not isinstance(owners, list) or not all(isinstance(each, dict) for each in owners):
        raise EvidenceUnavailable(f"{path.api} answers with no list of owners")
    if not owners:
        raise Refused("it belongs to no workspace")
    return _good(path)


async def _railway(context: Context, path: ApiPath, token: str) -> Reading:
    """Ask as each kind of token in turn; errors come with 200 and a list of them."""
    refused = "not asked"
    for header, prefix, field, query in _RAILWAY:
        request = Request(
            f"{path.api}/graphql/v2",
            "POST",
            ((header, prefix + token), ("Content-Type", "application/json")),
            json.dumps({"query": query}).encode(),
        )
        found = await json_of(context, request)
        document: dict[str, Any] = found if isinstance(found, dict) else {}
        errors, data = document.get("errors"), document.get("data")
        if not errors and isinstance(data, dict) and isinstance(data.get(field), dict):
            other = data[field].get("projectId", path.project)
            if path.project not in {None, other}:
                raise Refused("it belongs to another project")
            return _good(path)
        refused = _message(errors)
        if not any(word in refused.lower() for word in _NOT_ALLOWED):
            raise EvidenceUnavailable(f"{path.api} answers with no {field}: {refused}")
    raise Refused(refused)


def _message(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else None
    text = first.get("message") if isinstance(first, dict) else None
    return str(text or "no reason given")[:200]


def _table(document: Any, key: str, path: ApiPath) -> dict[str, Any]:
    """Return a document that is what was asked for: a login page in JSON has no such key."""
    if not isinstance(document, dict) or not isinstance(document.get(key), str):
        raise EvidenceUnavailable(f"{path.api} answers with no {key}")
    return document


def _good(path: ApiPath) -> Reading:
    return Reading(Outcome.PASS, f"{path.variable} is accepted", value="accepted")


_ASKED: dict[str, Callable[[Context, ApiPath, str], Awaitable[Reading]]] = {
    "github-actions": _github,
    "circleci": _circleci,
    "render": _render,
    "railway": _railway,
}
