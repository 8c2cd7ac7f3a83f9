"""Render: REST, a cursor with each entry. Variables of linked environment groups count as well."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.provider import LISTED, Asked, Deployed, Hosting, Provided, State, newest_first
from gonogo.providers.client import PAGES, Client, Fetch
from gonogo.providers.masked import unveiled

PAGE = 100
STATES = {
    "live": State.LIVE,
    "created": State.UNDER_WAY,
    "queued": State.UNDER_WAY,
    "build_in_progress": State.UNDER_WAY,
    "pre_deploy_in_progress": State.UNDER_WAY,
    "update_in_progress": State.UNDER_WAY,
    "deactivated": State.REPLACED,
    "build_failed": State.ENDED,
    "pre_deploy_failed": State.ENDED,
    "update_failed": State.ENDED,
    "canceled": State.ENDED,
}
_ODD = "Render answers in a form that is not known"


class Render:
    """One service."""

    def __init__(
        self, hosting: Hosting, fetch: Fetch, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._hosting = hosting
        headers = {"Authorization": f"Bearer {hosting.token}"}
        self._client = Client("Render", f"{hosting.api}/v1", headers, fetch, sleep)

    async def variables(self) -> Provided:
        """Return the variables of the service; its own win over those of its groups."""
        service = self._service()
        own = await self._own(service)
        try:
            shared = await self._of_groups(service)
        except EvidenceUnavailable as silence:
            doubt = f"Render did not tell the variables of environment groups ({silence})"
            return replace(unveiled(own, frozenset(), "Render"), doubt=doubt)
        return unveiled({**shared, **own}, frozenset(), "Render")

    def _service(self) -> str:
        if self._hosting.token is None:
            raise EvidenceUnavailable("Render needs a key: set RENDER_API_KEY")
        service = self._hosting.service
        if not service:
            text = "which service of Render? set RENDER_SERVICE_ID, or [providers.render] service"
            raise EvidenceUnavailable(text)
        return service

    async def deployments(self) -> list[Deployed]:
        """Return the newest deploys of the service."""
        page = await self._client.get(self._path("deploys"), {"limit": LISTED})
        if not isinstance(page, list):
            raise EvidenceUnavailable(_ODD)
        return newest_first(
            _deployed(each.get("deploy") if isinstance(each, dict) else None) for each in page
        )

    async def status(self, deployment: str) -> Deployed:
        """Return one deploy."""
        return _deployed(await self._client.get(self._path("deploys", deployment)))

    async def restore(self, goal: Deployed) -> Asked:
        """Roll back, which makes a new deploy. Render's autodeploy stays as it is."""
        made = await self._client.post(self._path("rollback"), {"deployId": goal.id})
        new = made.get("id") if isinstance(made, dict) else None
        return Asked(new if isinstance(new, str) and new else None)

    def _path(self, *parts: str) -> str:
        return "/".join(
            ["/services", *(quote(each, safe="") for each in (self._service(), *parts))]
        )

    async def _own(self, service: str) -> dict[str, Any]:
        path = f"/services/{quote(service, safe='')}/env-vars"
        return _pairs([entry async for entry in self._listed(path, "envVar")])

    async def _of_groups(self, service: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        async for group in self._listed("/env-groups", "envGroup"):
            links = group.get("serviceLinks") or []
            if any(isinstance(link, dict) and link.get("id") == service for link in links):
                whole = await self._client.get(
                    f"/env-groups/{quote(str(group.get('id')), safe='')}"
                )
                listed = whole.get("envVars") if isinstance(whole, dict) else None
                if not isinstance(listed, list):
                    raise EvidenceUnavailable(_ODD)
                found |= _pairs(listed)
        return found

    async def _listed(self, path: str, key: str) -> AsyncIterator[dict[str, Any]]:
        """Yield the entries of every page; the last entry's cursor begins the next one."""
        cursor: str | None = None
        for _ in range(PAGES):
            query: dict[str, str | int] = {"limit": PAGE}
            if cursor is not None:
                query["cursor"] = cursor
            page = await self._client.get(path, query)
            if not isinstance(page, list):
                raise EvidenceUnavailable(_ODD)
            for entry in page:
                found = entry.get(key) if isinstance(entry, dict) else None
                if not isinstance(found, dict):
                    raise EvidenceUnavailable(_ODD)
                yield found
            if len(page) < PAGE:
                return
            cursor = page[-1].get("cursor")
            if not isinstance(cursor, str):
                raise EvidenceUnavailable(_ODD)
        raise EvidenceUnavailable(f"more than {PAGES} pages")


def _pairs(listed: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        return {str(each["key"]): each["value"] for each in listed}
    except (KeyError, TypeError):
        raise EvidenceUnavailable(_ODD) from None


def _deployed(found: Any) -> Deployed:
    """Read one deploy; Render does not say which ones it still can restore."""
    try:
        word, commit = str(found["status"]), found.get("commit")
        state = STATES.get(word, State.UNKNOWN)
        return Deployed(
            id=str(found["id"]),
            state=state,
            created=datetime.fromisoformat(found["createdAt"]).timestamp(),
            commit=commit.get("id") if isinstance(commit, dict) else None,
            restorable=False if state is State.ENDED else None,
            word=word,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvidenceUnavailable(_ODD) from None
