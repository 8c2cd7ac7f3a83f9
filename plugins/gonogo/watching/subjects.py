"""What a watch samples, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gonogo.core.answer import Request
from gonogo.core.rule import Rule
from gonogo.core.signal import Signal
from gonogo.core.subject import Dependency, Endpoint, Service
from gonogo.core.watch import Span

ERRORS, LATENCY = "calls/errors", "calls/latency"


@dataclass(frozen=True, slots=True)
class Route:
    """One path that is called again and again; `status` are the answers that are right.

    Without any, a server error is a failure and a 4xx says nothing.
    """

    name: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    status: tuple[int, ...] = ()
    timeout: float = 10.0

    @property
    def request(self) -> Request:
        """What is asked; where a redirect is right, it is not followed."""
        followed = 0 if any(300 <= code < 400 for code in self.status) else 5
        return Request(self.url, headers=self.headers, timeout=self.timeout, max_redirects=followed)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Calls a second over all routes; seconds between two looks at health and at resources."""

    rate: float = 1.0
    health: float = 5.0
    resources: float = 10.0


@dataclass(frozen=True)
class Watched:
    """Everything of one watch. The keys of `rules` are signals."""

    rules: Mapping[str, Rule]
    span: Span
    cadence: Cadence
    services: tuple[Service, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    signals: tuple[Signal, ...] = ()
    routes: tuple[Route, ...] = ()
    beside: tuple[Route, ...] = ()  # the same, where the version before serves

    def triggers(self) -> dict[str, tuple[str, str | None]]:
        """Each trigger by its slug: the signal it raises, and the service it is about."""
        found: dict[str, tuple[str, str | None]] = {}
        if self.routes:
            found[ERRORS], found[LATENCY] = ("error-rate", None), ("latency", None)
        found |= {health_of(each): ("live", each.slug) for each in self.services}
        found |= {
            each.slug: (raised_by(each), each.service.slug if each.service else None)
            for each in self.dependencies
        }
        return found | {each.slug: (each.signal, each.service) for each in self.signals}


def moved(routes: tuple[Route, ...], base: str, other: str) -> tuple[Route, ...]:
    """The routes below one base URL, below another one."""
    return tuple(
        replace(route, url=other + route.url.removeprefix(base))
        for route in routes
        if route.url == base or route.url.startswith(f"{base}/")
    )


def health_of(service: Service) -> str:
    """The slug of a service's health."""
    return f"{service.slug}.health" if "/" in service.slug else f"{service.slug}/health"


def raised_by(dependency: Dependency) -> str:
    """The signal that a dependency raises."""
    return "database" if dependency.critical else "dependency"


def routes_of(
    services: Mapping[str, Service],
    endpoints: Mapping[str, Endpoint],
    signals: Mapping[str, Signal],
) -> tuple[Route, ...]:
    """The routes to call: those of own signals, else what is read of the endpoints, else health."""
    own = {
        each.url: Route(each.route or each.url, each.url, each.headers, timeout=each.timeout)
        for each in signals.values()
        if each.source == "probe"
    }
    if own:
        return tuple(own.values())
    read = [each for each in endpoints.values() if each.method == "GET" and each.body is None]
    found = [
        Route(each.slug, each.url, each.headers, each.expect.status, each.timeout) for each in read
    ]
    return tuple(found) or tuple(
        Route(health_of(each), each.live, timeout=each.timeout) for each in services.values()
    )
