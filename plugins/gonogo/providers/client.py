"""Asking the API of a provider: credentials, retries, and errors that come with HTTP 200."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from gonogo.core.answer import Answer, Request
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.errors import Declined, EvidenceUnavailable

Fetch = Callable[[Request], Awaitable[Answer]]
TRIES = 3
LONGEST_PAUSE_S = 30.0
LARGEST = 8 << 20  # bytes of an answer
PAGES = 100
_LIMITED, _TIMEOUT = 429, 408
_DONE = {200, 201}


class Client:
    """One API with one token. Redirects are not followed: the token is meant for this host.

    `unsaid` are the statuses of an answer that is good and has no body: it is None.
    """

    unsaid: frozenset[int] = frozenset()

    def __init__(
        self,
        name: str,
        base: str,
        headers: Mapping[str, str],
        fetch: Fetch,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._name = name
        self._base = base
        self._headers = {"Accept": "application/json", **headers}
        self._fetch = fetch
        self._sleep = sleep

    async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Return the JSON of an answer with 200; raises EvidenceUnavailable after three tries."""
        question = f"?{urlencode(query)}" if query else ""
        return await self._asked(self._request("GET", f"{path}{question}"))

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the JSON of an answer with 200 or 201; sent again only where it was too early."""
        return await self._asked(self._request("POST", path, json.dumps(body).encode()), act=True)

    async def query(self, document: str, variables: Mapping[str, Any], *, act: bool = False) -> Any:
        """Return the data of a GraphQL answer; a mutation `act`s, and is not sent twice."""
        body = {"query": document, "variables": variables}
        request = self._request("POST", "", json.dumps(body).encode())
        found = await self._asked(request, act=act)
        errors = found.get("errors") if isinstance(found, dict) else None
        if errors:
            raise _fault(act)(f"{self._name} answers: {_message(found)}")
        data = found.get("data") if isinstance(found, dict) else None
        if not isinstance(data, dict):
            raise EvidenceUnavailable(f"{self._name} answers without any data")
        return data

    def _request(self, method: str, path: str, body: bytes | None = None) -> Request:
        headers = {**self._headers, **({"Content-Type": "application/json"} if body else {})}
        return Request(
            f"{self._base}{path}",
            method,
            tuple(headers.items()),
            body,
            max_redirects=0,
            max_body=LARGEST,
        )

    async def _asked(self, request: Request, *, act: bool = False) -> Any:
        for tried in range(1, TRIES + 1):
            answer = await self._fetch(request)
            pause = self._pause(answer, tried, act=act)
            if pause is None or tried == TRIES:
                break
            await self._sleep(pause)
        status = answer.status
        if status in self.unsaid:
            return None
        body = _body(answer)
        if status not in _DONE or answer.silence is not None:
            declined = act and status is not None and 400 <= status < 500 and status != _TIMEOUT
            raise _fault(declined)(self._why(answer, body))
        if isinstance(body, ContentError):
            raise EvidenceUnavailable(f"{self._name}: {answer.describe()}, the body is {body}")
        return body

    def _pause(self, answer: Answer, tried: int, *, act: bool) -> float | None:
        """Return for how long to wait before asking again, in seconds; None where it is no use."""
        broken = answer.status is None or answer.status >= 500 or answer.silence is not None
        again = answer.status == _LIMITED or (broken and not act)  # limited: it was not begun
        return _within_reason(answer, tried) if again else None

    def _why(self, answer: Answer, body: Any) -> str:
        said = _message(body)
        text = f"{self._name}: {answer.describe()}{f' ({said})' if said else ''}"
        if answer.silence is not None and answer.status is not None:
            text = f"{text}: {answer.silence.text}"
        match answer.status:
            case 401 | 403:
                return f"{text}: the token may not read this; give one that may"
            case 404:
                return f"{text}: no such thing, or the token may not see it; check the ids"
            case 429:
                return f"{text}: the rate limit is used up; try again later"
            case _:
                return text


def _fault(declined: bool) -> type[EvidenceUnavailable]:
    return Declined if declined else EvidenceUnavailable


def _body(answer: Answer) -> Any:
    try:
        encoding = answer.headers.get("content-encoding")
        return parse_json(decode_content(answer.body, encoding, LARGEST))
    except ContentError as error:
        return error


def _within_reason(answer: Answer, tried: int) -> float:
    """Wait as long as the API says, within reason."""
    said = answer.headers.get("retry-after", "") or answer.headers.get("ratelimit-reset", "")
    limited = answer.status == _LIMITED and said.isdigit()
    return min(float(said) if limited else 2.0**tried, LONGEST_PAUSE_S)


def _message(body: Any) -> str:
    """Return what an API says about an error: one line of its own words."""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else errors or body
    said = first.get("message") if isinstance(first, dict) else first
    return " ".join(str(said or "").split())[:200]
