"""Who is asked: credentials in a URL, the next hop of a redirect, the proxy on the way."""

import base64
import ipaddress
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from gonogo.core.answer import Silence

_PORTS = {"http": 80, "https": 443}
_KEEPS_METHOD = {307, 308}
_LOGIN = {"login", "signin", "sign-in", "log-in", "sso", "auth", "oauth", "accounts", "cas"}


@dataclass(frozen=True, slots=True)
class Hop:
    """One exchange on the way to an answer."""

    url: str
    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    def after(self, status: int, place: str, defaults: Mapping[str, str]) -> "Hop | Silence":
        """Return the next exchange; what was meant for one host is not told to another."""
        onward = next_hop(self.url, place)
        if isinstance(onward, Silence):
            return onward
        method, body = self.method, self.body
        if status not in _KEEPS_METHOD and method != "HEAD":
            method, body = "GET", None
        if same_party(self.url, onward):
            return Hop(onward, method, self.headers, body)
        if body is not None:
            return Silence("redirects", "a redirect that takes the body to another host")
        return Hop(onward, method, defaults)


def host_of(url: str) -> str:
    """Return host and port; an empty text where there is none that could be asked."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower() if usable else ""


def credentials(url: str) -> dict[str, str]:
    """Return the header for a user and password in the URL."""
    parts = urlsplit(url)
    if parts.username is None and parts.password is None:
        return {}
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def next_hop(url: str, place: str) -> str | Silence:
    """Return where a redirect leads, or why it must not be followed."""
    try:
        onward = urljoin(url, place)
        scheme = urlsplit(onward).scheme
    except ValueError:
        onward, scheme = "", "http"
    if scheme not in _PORTS:
        return Silence("redirects", f"a redirect to the scheme {scheme[:20]!r}")
    if not host_of(onward):
        return Silence("redirects", "a redirect to what is not a URL")
    return onward


def same_party(one: str, other: str) -> bool:
    """Tell whether what was meant for one may be told to the other: same host, not less safe."""
    (scheme, host, port), (onward, other_host, other_port) = _origin(one), _origin(other)
    if host != other_host:
        return False
    upgraded = (scheme, port, onward, other_port) == ("http", 80, "https", 443)
    return (scheme, port) == (onward, other_port) or upgraded


def leads_to_login(asked: str, reached: str) -> bool:
    """Tell whether redirects have led from one URL to a login or to another host."""
    one, other = urlsplit(asked), urlsplit(reached)
    return _bare(one.hostname) != _bare(other.hostname) or is_login(reached)


def is_login(url: str) -> bool:
    """Tell whether a URL is that of a place to log in."""
    return any(part.lower() in _LOGIN for part in urlsplit(url).path.split("/"))


def _bare(host: str | None) -> str:
    """A name with and without www is one host."""
    return (host or "").removeprefix("www.")


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)


def proxy_for(scheme: str, host: str) -> str | None:
    """Return the proxy that the environment names for this host; a loopback host has none."""
    if _is_loopback(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or urllib.request.proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
