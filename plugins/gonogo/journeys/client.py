"""A client for journeys: bounded, redacting, and clear about who is silent."""

import json as json_library
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from gonogo.core.answer import Answer, Request
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.outcome import Outcome
from gonogo.journeys.evidence import Against, NoAnswer, Unreachable
from gonogo.journeys.exchange import revealed, title_of, told
from gonogo.journeys.link import Link

ROBOT = "a firewall takes this runner for a robot; fix: let its address pass"
MAX_TEXT = 8 << 20
_HIDDEN = {"authorization", "cookie", "x-api-key", "api-key", "x-auth-token"}


class Reply:
    """One answer: `status`, `headers` in lower case, `elapsed` in seconds, `text`, `json()`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.status = answer.status or 0
        self.headers = answer.headers
        self.elapsed = answer.elapsed
        self.url = answer.url

    def __repr__(self) -> str:
        return self.answer.describe()

    def onward(self, place: str) -> str:
        """Return a place that the answer names, on the host that was asked: never on another."""
        asked, named = urlsplit(self.url), urlsplit(urljoin(self.url, place))
        return urlunsplit((asked.scheme, asked.netloc, named.path, named.query, ""))

    @property
    def text(self) -> str:
        """The body as text; raises AssertionError where it cannot be decoded."""
        if self.answer.silence is not None:
            raise Against(f"{self}, {self.answer.silence.text}")
        coding = self.headers.get("content-encoding")
        try:
            return decode_content(self.answer.body, coding, MAX_TEXT).decode("utf-8", "replace")
        except ContentError as error:
            raise Against(f"{self}, the body cannot be decoded: {error}") from None

    def json(self) -> Any:
        """Return the body as JSON; raises AssertionError where it is something else."""
        text = self.text
        try:
            return parse_json(text)
        except ContentError as error:
            what = "a web page" if text.lstrip()[:1] == "<" else str(error)
            raise Against(f"{self}, the body is {what}, and JSON was expected") from None


class Http:
    """Asks one service. A path is joined to its URL; a complete URL stays as it is."""

    def __init__(
        self,
        link: Link,
        base: str,
        headers: Mapping[str, str] | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._link = link
        self._base = base.rstrip("/")
        self._headers = dict(headers or {})
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"Http({self._base.rpartition('@')[2]})"

    def having(self, **headers: str) -> "Http":
        """Return a client that sends more headers; `_` in a name stands for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return Http(self._link, self._base, {**self._headers, **more}, self._timeout)

    def bearer(self, token: str) -> "Http":
        """Return a client that shows this token, which no output will hold."""
        self.hide(token)
        return self.having(Authorization=f"Bearer {token}")

    def hide(self, *secrets: str) -> None:
        """Keep these values out of every output of the run."""
        self._link.hide(secret for secret in secrets if len(secret) >= 4)

    def get(self, path: str, **more: Any) -> Reply:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> Reply:
        return self.request("POST", path, **more)

    def put(self, path: str, **more: Any) -> Reply:
        return self.request("PUT", path, **more)

    def patch(self, path: str, **more: Any) -> Reply:
        return self.request("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> Reply:
        return self.request("DELETE", path, **more)

    def request(  # noqa: PLR0913 - what a request can have, each by its name
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        redirects: int = 5,
        reveals: str | None = None,
    ) -> Reply:
        """Ask once. An answer of any status is returned; what it `reveals` (JMESPath) is hidden.

        No answer raises Unreachable (evidence) or NoAnswer (none), as the control URLs say; a
        server error that an edge gave within the grace time raises NoAnswer too.
        """
        sent = {**self._headers, **(headers or {})}
        body = None
        if json is not None:
            body = json_library.dumps(json).encode()
            sent.setdefault("Content-Type", "application/json")
        elif data is not None:
            body = urlencode(data).encode()
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        self._hide_headers(sent)
        request = Request(
            self._url(path, params),
            method,
            tuple(sent.items()),
            body,
            timeout=timeout or self._timeout,
            max_redirects=redirects,
        )
        return self._asked(request, reveals)

    def _url(self, path: str, params: Mapping[str, str] | None) -> str:
        complete = path.startswith(("http://", "https://"))
        url = path if complete else f"{self._base}/{path.lstrip('/')}"
        if not params:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"

    def _hide_headers(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if name.lower() in _HIDDEN:
                self.hide(value, value.rpartition(" ")[2])

    def _asked(self, request: Request, reveals: str | None) -> Reply:
        answer = self._link.fetch(request)
        if reveals is not None:
            self.hide(*revealed(answer, reveals))  # before anything is told of this answer
        self._link.tell(title_of(answer), told(answer, self._link))
        silence = answer.silence
        if answer.transport_failure or (silence is not None and silence.transport):
            reading = self._link.silent(answer)
            if reading.outcome is Outcome.FAIL:
                raise Unreachable(reading.text)
            raise NoAnswer(reading.text)
        if self._link.from_edge(answer):
            raise NoAnswer(f"{answer.describe()}, from the edge, which is still switching over")
        if answer.challenged:
            raise NoAnswer(f"{answer.describe()}, {ROBOT}")
        return Reply(answer)
