"""GitHub's REST API for whoever tells it something: within one deadline, and never another host."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from gonogo.core.answer import Answer, Request
from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.limits import limit_of
from gonogo.providers.client import Client, Fetch

PAGE, PAGES, HOPS = 100, 20, 3
_MOVED = {301, 302, 307, 308}
_ACCEPT = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class GitHub(Client):
    """One repository's API for one purpose.

    `permission` is what the token of a job needs for it, such as "issues: write"; `left` says how
    many seconds there are in all.
    """

    unsaid = frozenset({204})

    def __init__(
        self,
        base: str,
        token: str,
        permission: str,
        fetch: Fetch,
        left: Callable[[], float],
    ) -> None:
        headers = {**_ACCEPT, "Authorization": f"Bearer {token}"}
        super().__init__("GitHub", base, headers, _following(fetch, left), asyncio.sleep)
        self._permission = permission
        self._left = left

    async def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something; sent again where the answer was lost, as it may be done twice."""
        return await self._asked(self._request("PATCH", path, json.dumps(body).encode()))

    async def pages(
        self, path: str, query: Mapping[str, str | int] | None = None, key: str | None = None
    ) -> list[dict[str, Any]]:
        """Return all entries of a list, or of the list under a key; raises EvidenceUnavailable."""
        found: list[dict[str, Any]] = []
        for page in range(1, PAGES + 1):
            listed = await self.get(path, {**(query or {}), "per_page": PAGE, "page": page})
            rows = listed.get(key) if key and isinstance(listed, dict) else listed
            if not isinstance(rows, list):
                raise EvidenceUnavailable(f"GitHub: the answer to GET {path} holds no list")
            found += [row for row in rows if isinstance(row, dict)]
            if len(rows) < PAGE:
                return found
        raise EvidenceUnavailable(f"GitHub: GET {path} has more than {PAGE * PAGES} entries")

    def _pause(self, answer: Answer, tried: int, *, act: bool) -> float | None:
        pause = limit_of(answer, time.time())
        if pause is None:
            broken = answer.status is None or answer.status >= 500 or answer.silence is not None
            pause = 2.0**tried if broken and not act else None
        return pause if pause is not None and pause < self._left() else None

    def _why(self, answer: Answer, body: Any) -> str:
        said = _said(body)
        text = f"{answer.describe()}{f' ({said})' if said else ''}"
        wait = limit_of(answer, time.time())
        if wait is not None:
            return f"{text}: the rate limit is used up for {seconds(wait)}"
        needed = f"give the job `permissions: {{ {self._permission} }}`"
        match answer.status:
            case 401:
                return (
                    f"{text}: the token is not accepted; fix: GITHUB_TOKEN: ${{{{ github.token }}}}"
                )
            case 403:
                return f"{text}; fix: {needed}; for a fork's pull request a token only reads"
            case 404:
                return f"{text}: not there, or the token may not see it; fix: {needed}, or the name"
            case 301 | 302 | 307 | 308:
                return f"{text}: a redirect to another host is not followed; check GITHUB_API_URL"
            case _:
                return text


def _following(fetch: Fetch, left: Callable[[], float]) -> Fetch:
    """Follow redirects of the same host, as after a renaming, with method and body."""

    async def follow(request: Request) -> Answer:
        for _ in range(HOPS):
            if left() <= 0:
                raise EvidenceUnavailable("no time left to ask GitHub")
            answer = await fetch(replace(request, timeout=min(request.timeout, left())))
            onward = urljoin(request.url, answer.headers.get("location", ""))
            if answer.status not in _MOVED or _origin(onward) != _origin(request.url):
                return answer
            request = replace(request, url=onward)
        return answer

    return follow


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _said(body: Any) -> str:
    """Return what GitHub says about an error: its message, and each field that is not valid."""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    told = [_fault(each) for each in errors[:5]] if isinstance(errors, list) else []
    whole = [str(body.get("message") or ""), *told]
    return " ".join(": ".join(each for each in whole if each).split())[:300]


def _fault(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    words = (error.get("resource"), error.get("field"), error.get("code"), error.get("message"))
    return " ".join(str(word) for word in words if word)
