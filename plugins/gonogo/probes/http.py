"""The one module that knows the HTTP library: a request in, an answer out, never an exception.

Proxies of the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY) are honoured, because in
many networks they are the only way out; a loopback host is always asked directly.
"""

import asyncio
import importlib.util
import ssl
import sys
import time
from functools import lru_cache

import httpx

from gonogo.core.answer import Answer, Request, Silence
from gonogo.probes.addresses import Hop, credentials, host_of, proxy_for
from gonogo.probes.loop import OPENED, Line
from gonogo.probes.silence import causes, of_system

# httpcore tries to import this four times a request; a search of the disk that fails is not
# remembered by Python, and took a third of the time of a run. None is: "it is not there".
if "sniffio" not in sys.modules and importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

_DEFAULTS = {"accept-encoding": "gzip, deflate", "user-agent": "gonogo/0.1", "accept": "*/*"}
_BREATH = 64  # chunks
REPEATABLE = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
_REDIRECTS = {301, 302, 303, 307, 308}
_LIMITS = httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=2.0)


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Return the one context of this process: making one takes 20 ms."""
    return httpx.create_ssl_context()


@lru_cache(maxsize=1)
def _trusting_nobody() -> ssl.SSLContext:
    """For plain HTTP: costs nothing, and would refuse every certificate."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Client:
    """One connection slot. It has no cookies, and walks redirects itself."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, str | None], httpx.AsyncHTTPTransport] = {}
        self._reused = False
        self._lines: list[Line] = []

    async def close(self) -> None:
        """Close the connections, also after a cancellation."""
        try:
            for transport in self._transports.values():
                await transport.aclose()
        finally:
            self._transports.clear()
            for line in self._lines:
                line.hang_up()
            self._lines.clear()

    async def fetch(self, request: Request) -> Answer:
        """Ask within the total deadline; a failure becomes a Silence."""
        started = time.monotonic()
        state = _State(request.url)
        self._lines[:] = [line for line in self._lines if line.open]
        told = OPENED.set(self._lines)
        silence: Silence | None
        try:
            async with asyncio.timeout(request.timeout):
                silence = await self._walk(request, state)
        except TimeoutError:
            silence = Silence("timeout", f"no whole answer within {request.timeout:g}s")
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            silence = translate(error)
        finally:
            OPENED.reset(told)
        return Answer(
            request,
            state.status,
            state.headers,
            bytes(state.body),
            time.monotonic() - started,
            state.url,
            tuple(state.hops),
            silence,
        )

    async def _walk(self, request: Request, state: "_State") -> Silence | None:
        if not host_of(request.url):
            return Silence("invalid-url", "not a usable URL")
        hop = Hop(request.url, request.method, _headers(request), request.body)
        while True:
            state.begin(hop.url)
            silence = await self._once_more(hop, state, request.max_body)
            place = state.headers.get("location")
            if silence or state.status not in _REDIRECTS or not place or not request.max_redirects:
                return silence
            if len(state.hops) >= request.max_redirects:
                return Silence("redirects", f"more than {request.max_redirects} redirects")
            onward = hop.after(state.status, place, _DEFAULTS)
            if isinstance(onward, Silence):
                return onward
            hop = onward
            state.hops.append(hop.url)

    async def _once_more(self, hop: Hop, state: "_State", limit: int) -> Silence | None:
        """Ask again where the server closed a connection that it had served on before."""
        try:
            return await self._one(hop, state, limit)
        except (httpx.RemoteProtocolError, httpx.NetworkError):
            if not self._reused or state.status is not None or hop.method not in REPEATABLE:
                raise
        self._reused = False
        return await self._one(hop, state, limit)

    async def _one(self, hop: Hop, state: "_State", limit: int) -> Silence | None:
        request = httpx.Request(hop.method, hop.url, headers=hop.headers, content=hop.body)
        heard = self._heard()
        response = await self._transport(request.url).handle_async_request(request)
        try:
            if self._heard() == heard:
                raise httpx.RemoteProtocolError("left over from the answer before")
            state.status = response.status_code
            state.headers = {key.lower(): value for key, value in response.headers.items()}
            chunks = 0
            async for chunk in response.aiter_raw():
                state.body += chunk
                chunks += 1
                if chunks % _BREATH == 0:
                    await asyncio.sleep(0)  # many tiny chunks in one read starve nobody
                if len(state.body) > limit:
                    del state.body[limit:]
                    return Silence("too-large", f"a body of more than {limit} bytes")
        finally:
            await response.aclose()
        self._reused = True
        return None

    def _heard(self) -> int:
        return sum(line.heard for line in self._lines)

    def _transport(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        key = url.scheme, proxy_for(url.scheme, url.host)
        if key not in self._transports:
            context = tls_context() if "https" in f"{url.scheme} {key[1]}" else _trusting_nobody()
            self._transports[key] = httpx.AsyncHTTPTransport(
                verify=context, limits=_LIMITS, proxy=key[1], trust_env=False
            )
        return self._transports[key]


def _headers(request: Request) -> dict[str, str]:
    """Return each header once, whatever the case of its name; the configured one wins."""
    given = {name.lower(): value for name, value in request.headers}
    closing = {"connection": "close"} if request.fresh else {}
    return {**_DEFAULTS, **credentials(request.url), **given, **closing}


class _State:
    """What has arrived so far of the latest exchange; it survives a deadline."""

    def __init__(self, url: str) -> None:
        self.hops: list[str] = []
        self.begin(url)

    def begin(self, url: str) -> None:
        self.url = url
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = bytearray()


def translate(error: BaseException) -> Silence:
    """Name the most specific cause of a failed exchange."""
    for each in causes(error):
        found = of_system(each)
        if found is not None:
            return found
    if isinstance(error, httpx.RemoteProtocolError):
        return _broken_answer(str(error).lower())
    for types, kind, text in _NAMED:
        if isinstance(error, types):
            return Silence(kind, f"{text} ({type(error).__name__})")
    return Silence("probe", f"the probe itself broke ({type(error).__name__})")


# the first that fits; ValueError: a header that is no text, a host that is no name
_NAMED: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((httpx.InvalidURL, httpx.UnsupportedProtocol), "invalid-url", "not a usable URL"),
    ((httpx.LocalProtocolError, ValueError), "invalid-request", "not a request that can be sent"),
    ((httpx.TimeoutException,), "timeout", "timed out"),
    ((httpx.TooManyRedirects,), "redirects", "too many redirects"),
    ((httpx.ConnectError, httpx.ProxyError, OSError), "route", "no connection"),
    ((httpx.NetworkError,), "reset", "the connection broke"),
    ((httpx.HTTPError,), "protocol", "no usable answer"),
)


def _broken_answer(text: str) -> Silence:
    if "disconnected" in text:
        return Silence("closed", "closed without an answer")
    if "peer closed" in text:
        return Silence("closed", "closed before the answer was whole")
    return Silence("protocol", "an answer that is not valid HTTP")
