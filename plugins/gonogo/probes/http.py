"""The one module that knows the HTTP library: a request in, an answer out, never an exception."""

import asyncio
import socket
import ssl
import time
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import httpx

from gonogo.core.answer import Answer, Request, Silence

_ACCEPT = {"Accept-Encoding": "gzip, deflate", "User-Agent": "gonogo/0.1", "Accept": "*/*"}
_REDIRECTS = {301, 302, 303, 307, 308}


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class Client:
    """One connection slot. Its cookies are forgotten and its redirects are walked by us."""

    def __init__(self) -> None:
        limits = httpx.Limits(max_connections=2, max_keepalive_connections=1)
        self._client = httpx.AsyncClient(verify=_tls(), timeout=None, limits=limits)  # noqa: S113

    async def close(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def fetch(self, request: Request) -> Answer:
        """Ask within the total deadline; a failure becomes a Silence."""
        started = time.monotonic()
        state = _State()
        silence: Silence | None = None
        try:
            async with asyncio.timeout(request.timeout):
                silence = await self._walk(request, state)
        except TimeoutError:
            silence = Silence("timeout", f"no whole answer within {request.timeout:g}s")
        except (httpx.InvalidURL, ValueError, httpx.UnsupportedProtocol) as error:
            silence = Silence("invalid-url", f"not a usable URL: {type(error).__name__}")
        except httpx.HTTPError as error:
            silence = translate(error)
        return Answer(
            request,
            state.status,
            state.headers,
            bytes(state.body),
            time.monotonic() - started,
            state.url or request.url,
            tuple(state.hops),
            silence,
        )

    async def _walk(self, request: Request, state: "_State") -> Silence | None:
        url, headers = request.url, {**_ACCEPT, **dict(request.headers)}
        method, body = request.method, request.body
        if request.fresh:
            headers["Connection"] = "close"
        for _ in range(request.max_redirects + 1):
            silence = await self._one(method, url, headers, body, request.max_body, state)
            place = state.headers.get("location")
            if silence or state.status not in _REDIRECTS or not place:
                return silence
            if request.max_redirects == 0:
                return None
            onward = urljoin(url, place)
            if urlsplit(onward)[:2] != urlsplit(url)[:2]:
                headers = dict(_ACCEPT)  # what was meant for one origin is not told to another
            if state.status not in {307, 308} and method != "HEAD":
                method, body = "GET", None
            state.hops.append(onward)
            url = onward
        return Silence("redirects", f"more than {request.max_redirects} redirects")

    async def _one(  # noqa: PLR0913 - the parts of one exchange
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        limit: int,
        state: "_State",
    ) -> Silence | None:
        state.body.clear()
        self._client.cookies.clear()
        stream = self._client.stream(method, url, headers=headers, content=body)
        async with stream as response:
            state.status, state.url = response.status_code, url
            state.headers = {k.lower(): v for k, v in response.headers.items()}
            async for chunk in response.aiter_raw():
                state.body += chunk
                if len(state.body) > limit:
                    del state.body[limit:]
                    return Silence("too-large", f"a body of more than {limit} bytes")
        return None


class _State:
    """What has arrived so far; it survives a deadline."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.url = ""
        self.hops: list[str] = []


def translate(error: httpx.HTTPError) -> Silence:
    """Name the most specific cause of a failed exchange."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < 10:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for each in causes:
        if isinstance(each, socket.gaierror):
            return Silence("dns", "the name does not resolve")
        if isinstance(each, ssl.SSLError):
            return Silence("tls", f"TLS failed: {each.reason or 'handshake'}")
        if isinstance(each, ConnectionRefusedError):
            return Silence("refused", "connection refused")
        if isinstance(each, ConnectionResetError | BrokenPipeError):
            return Silence("reset", "connection reset")
    return _by_type(error)


def _by_type(error: httpx.HTTPError) -> Silence:
    name = type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return Silence("timeout", f"timed out ({name})")
    if isinstance(error, httpx.ConnectError):
        refused = "refused" in str(error).lower() or "all connection" in str(error).lower()
        return Silence("refused" if refused else "route", "connection failed")
    if isinstance(error, httpx.RemoteProtocolError):
        closed = "disconnected" in str(error).lower()
        return (
            Silence("closed", "closed without an answer")
            if closed
            else Silence("protocol", "an answer that is not valid HTTP")
        )
    if isinstance(error, httpx.NetworkError | httpx.ProxyError):
        return Silence("reset", f"the connection broke ({name})")
    return Silence("protocol", f"no usable answer ({name})")
