"""A request and what came back, or why nothing did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gonogo.core.clock import seconds

_TRANSPORT = {"dns", "route", "refused", "reset", "tls", "timeout", "closed"}
_CHALLENGES = {"challenge", "captcha"}
_OWN = {"invalid-url", "invalid-request", "probe"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `timeout` is the total deadline in seconds, connect to last byte."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout: float = 10.0
    max_body: int = 2 << 20
    max_redirects: int = 5
    fresh: bool = False
    unhurried: bool = False  # wait until no queue of other requests slows this one down

    @property
    def shown(self) -> str:
        """The URL without user, password and query."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path or '/'}"


@dataclass(frozen=True, slots=True)
class Silence:
    """Why an answer is missing or not whole."""

    kind: str
    text: str

    @property
    def transport(self) -> bool:
        """True where the network may be to blame."""
        return self.kind in _TRANSPORT

    @property
    def own(self) -> bool:
        """True where the request was never fit to be sent: it says nothing about the release."""
        return self.kind in _OWN


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` in lower case, `body` as on the wire, `elapsed` in seconds to the last byte."""

    request: Request
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    elapsed: float = 0.0
    url: str = ""
    redirects: tuple[str, ...] = ()
    silence: Silence | None = None

    @property
    def transport_failure(self) -> bool:
        """True where not even a status line arrived."""
        silence = self.silence
        return self.status is None and silence is not None and (silence.transport or silence.own)

    @property
    def challenged(self) -> bool:
        """True where a firewall took the runner for a robot: the release never saw the request."""
        headers = self.headers
        return "cf-mitigated" in headers or headers.get("x-amzn-waf-action", "") in _CHALLENGES

    def describe(self) -> str:
        """Say it in one line, such as "GET https://h/p -> 503 in 41ms"."""
        head = f"{self.request.method} {self.request.shown} -> "
        if self.status is None:
            return head + (self.silence.text if self.silence else "nothing")
        return f"{head}{self.status} in {seconds(self.elapsed)}"
