"""One sample each: a call, a health answer, a dependency, a measurement."""

import itertools
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace

from gonogo.core.answer import Answer
from gonogo.core.baseline import Call
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.core.signal import Measurement, Signal
from gonogo.core.subject import Dependency, Service
from gonogo.core.watch import Window
from gonogo.metrics.port import RANGED, SOURCES, source_of
from gonogo.probes.addresses import is_login
from gonogo.probes.context import Context
from gonogo.probes.liveness import read_liveness
from gonogo.probes.readiness import reported
from gonogo.probes.release import strayed
from gonogo.watching.subjects import Route, Watched, health_of, raised_by

LASTING_S = 60.0  # for how long a time that others took must violate its limit
KEPT = 4000  # calls that are kept for the next baseline
AT_ONCE = 12  # calls: below what the engine allows a host, so that health comes through
ONCE = Rule("once", action=None, consecutive=1, of_last=None)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sampler:
    """Something that is sampled `every` so many seconds; beyond `most` at once, one is left out."""

    every: float
    take: Callable[[], Awaitable[None]]
    most: int = 4


@dataclass
class Kept:
    """A fair choice of the calls that were seen, with their times on the wall clock."""

    calls: list[tuple[float, Call]] = field(default_factory=list)
    values: dict[str, list[tuple[float, float]]] = field(default_factory=dict)  # by slug
    seen: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def add(self, at: float, call: Call) -> None:
        """Keep a call, or let it replace another, so that each has the same chance."""
        self.seen += 1
        if len(self.calls) < KEPT:
            self.calls.append((at, call))
        elif (place := self.dice.randrange(self.seen)) < KEPT:
            self.calls[place] = (at, call)


def samplers(context: Context, watched: Watched, window: Window, kept: Kept) -> list[Sampler]:
    """Return everything that a watch samples."""
    cadence = watched.cadence
    found: list[Sampler] = []
    if watched.routes:
        found.append(Sampler(1 / cadence.rate, Calls(context, watched, window, kept).take, AT_ONCE))
    if watched.beside:
        found.append(Sampler(1 / cadence.rate, Beside(context, watched, window).take, AT_ONCE))
    found += [Sampler(cadence.health, _health(context, s, window)) for s in watched.services]
    found += [
        Sampler(cadence.health, _dependency(context, d, window)) for d in watched.dependencies
    ]
    for signal in watched.signals:
        if signal.source not in SOURCES:
            continue  # what is expected and never read leaves the watch inconclusive
        every = signal.every if signal.is_traffic else max(signal.every, cadence.resources)
        found.append(Sampler(every, Measured(context, signal, window, kept).take))
    return found


class Calls:
    """Calls the routes in turn."""

    def __init__(self, context: Context, watched: Watched, window: Window, kept: Kept) -> None:
        self._context = context
        self._window = window
        self._kept = kept
        self._pause = 1 / watched.cadence.rate
        self._routes: Iterator[Route] = itertools.cycle(watched.routes)

    async def take(self) -> None:
        """Call the next route, and say how it ended."""
        route = next(self._routes)
        answer = await self._context.fetch(route.request)
        ok = await ended(self._context, answer, route)
        if ok is None and answer.transport_failure:
            self._window.excuse(self._pause)  # the runner's own network: this time does not count
        self._window.request(self._context.now(), route.name, ok, answer.elapsed)
        if ok is not None:
            call = Call(route.name, ok, answer.elapsed)
            self._kept.add(self._context.wall().timestamp(), call)


class Beside:
    """Calls the same routes in turn, where the version before serves."""

    def __init__(self, context: Context, watched: Watched, window: Window) -> None:
        self._context = context
        self._window = window
        self._routes: Iterator[Route] = itertools.cycle(watched.beside)

    async def take(self) -> None:
        """Call the next route, and say how it ended."""
        route = next(self._routes)
        answer = await self._context.fetch(route.request)
        ok = await ended(self._context, answer, route)
        self._window.request_beside(self._context.now(), route.name, ok, answer.elapsed)


async def ended(context: Context, answer: Answer, route: Route) -> bool | None:
    """Tell whether a call went well; None where that is not known."""
    if answer.transport_failure:
        return False if (await context.silent(answer)).outcome is Outcome.FAIL else None
    if context.edge_in_grace(answer) or answer.status is None or answer.challenged:
        return None
    if _turned_away(answer):
        return None
    if route.status and answer.silence is None:
        return answer.status in route.status or (None if answer.status == 429 else False)
    if answer.status >= 500 or answer.silence is not None:
        return False
    return None if answer.status >= 400 else True


def _turned_away(answer: Answer) -> bool:
    """A login page says nothing about what was asked for, however well it is served."""
    asked = answer.request.url
    return bool(answer.redirects) and is_login(answer.url) and not is_login(asked)


def shown(measured: Measurement) -> tuple[float, ...]:
    """What a measurement comes to in a picture: its value, or its share of failures."""
    if measured.value is not None:
        return (measured.value,)
    return (measured.failures / measured.requests,) if measured.requests else ()


def _health(context: Context, service: Service, window: Window) -> Callable[[], Awaitable[None]]:
    name = health_of(service)
    away = replace(window.rules["not-live"], consecutive=3, of_last=(4, 10))

    async def take() -> None:
        reading = await read_liveness(context, service)
        well = reading.outcome in {Outcome.PASS, Outcome.WARN}
        other = await strayed(context, service) if well else None
        if other is not None:
            window.reading(name, context.now(), Outcome.FAIL, other.text, "not-live", away)
            return
        signal = reading.signal if reading.signal in {"http-5xx", "unreachable"} else "live"
        window.reading(name, context.now(), reading.outcome, reading.text, signal)

    return take


def _dependency(
    context: Context, dependency: Dependency, window: Window
) -> Callable[[], Awaitable[None]]:
    async def take() -> None:
        reading = (await reported(context, dependency, ONCE)).reading
        name, signal = dependency.slug, raised_by(dependency)
        window.reading(name, context.now(), reading.outcome, reading.text, signal)

    return take


class Measured:
    """Reads a signal that another measures."""

    def __init__(self, context: Context, signal: Signal, window: Window, kept: Kept) -> None:
        self._context = context
        self._signal = signal
        self._window = window
        self._values = kept.values.setdefault(signal.slug, [])
        self._source = source_of(context, signal)
        self._since = context.wall().timestamp()

    async def take(self) -> None:
        """Read what is new; a source that stays silent is a reading that is not known."""
        signal, now = self._signal, self._context.now()
        since = min(self._since, self._context.wall().timestamp())  # a clock may be put back
        try:
            found = await self._source.read(since)
        except EvidenceUnavailable as silence:
            if signal.signal == "error-rate":
                self._window.uncounted(signal.slug, str(silence))
            else:
                self._window.reading(signal.slug, now, Outcome.UNKNOWN, str(silence), signal.signal)
            return
        if signal.source in RANGED:
            found = [each for each in found if each.at > since]
        if not found:
            self._window.unchanged(signal.slug)
            return
        self._since = max(each.at for each in found)
        del self._values[:-KEPT]
        self._values += [(each.at, value) for each in found for value in shown(each)]
        self._judge(found, self._context.now())

    def _judge(self, found: list[Measurement], now: float) -> None:
        signal, window = self._signal, self._window
        if signal.signal == "error-rate":
            calls = round(sum(each.requests for each in found))
            window.counted(signal.slug, now, calls, round(sum(each.failures for each in found)))
            return
        values = [each.value for each in found if each.value is not None]
        if not values:
            return
        if signal.signal == "latency":
            self._latency(max(values), now)
        else:
            window.resource(signal.slug, now, max(values), signal.signal, signal.limit)

    def _latency(self, value: float, now: float) -> None:
        """Judge by the absolute limit; without one a time that others took is only shown."""
        limit, name = self._signal.limit, self._signal.slug
        text = f"{value * 1000:.0f}ms" + ("" if limit is None else f", limit {limit * 1000:.0f}ms")
        outcome = Outcome.FAIL if limit is not None and value > limit else Outcome.PASS
        rule = self._window.rules["latency"]
        lasting = replace(rule, duration=LASTING_S) if rule.duration is None else rule
        self._window.reading(name, now, outcome, text, "latency", lasting)
