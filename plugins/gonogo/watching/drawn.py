"""A watch as pictures: each trigger over the window, against the baseline and the limit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gonogo.core.baseline import Baseline, Call
from gonogo.core.chart import Chart, Points
from gonogo.core.rule import Rule
from gonogo.core.signal import Signal
from gonogo.watching.subjects import ERRORS, LATENCY

MOST = 12  # routes that are drawn
Seen = Sequence[tuple[float, Call]]  # seconds of the Unix epoch, and the call


@dataclass(frozen=True)
class Drawn:
    """What a window has seen; `values` are the readings of measured signals, by slug."""

    rules: Mapping[str, Rule]
    baseline: Baseline | None = None
    calls: Seen = ()
    values: Mapping[str, Points] = field(default_factory=dict)
    signals: Mapping[str, Signal] = field(default_factory=dict)
    decided_at: float | None = None

    def charts(self, slug: str, verdict: str) -> tuple[Chart, ...]:
        """Return the charts of one trigger; of health and dependencies there are none."""
        if slug == ERRORS:
            return tuple(self._errors(verdict))
        if slug == LATENCY:
            return tuple(self._latencies(verdict))
        return tuple(self._measured(slug, verdict))

    def _errors(self, verdict: str) -> Iterator[Chart]:
        points = _shares(call for _, call in self.calls)
        now = tuple((at, share) for (at, _), share in zip(self.calls, points, strict=True))
        before: Points = ()
        if now and self.baseline is not None and self.baseline.calls:
            before = _level(now, self.baseline.failures / self.baseline.calls)
        limit = self.rules["error-rate"].limit
        yield Chart(ERRORS, "ratio", now, before, limit, self.decided_at, verdict)

    def _latencies(self, verdict: str) -> Iterator[Chart]:
        routes: dict[str, list[tuple[float, float]]] = {}
        for at, call in self.calls:
            if call.ok:
                routes.setdefault(call.route, []).append((at, call.seconds))
        factor = self.rules["latency"].limit or 2.0
        for route, points in list(routes.items())[:MOST]:
            now = tuple(points)
            known = self.baseline.routes.get(route) if self.baseline is not None else None
            before = _level(now, known.median) if known is not None else ()
            limit = factor * known.median if known is not None else None
            title = f"{LATENCY} {route}"
            yield Chart(title, "s", now, before, limit, self.decided_at, verdict)

    def _measured(self, slug: str, verdict: str) -> Iterator[Chart]:
        signal, now = self.signals.get(slug), self.values.get(slug, ())
        if signal is None or not now:
            return
        is_time = signal.signal == "latency"
        limit = signal.limit
        if limit is None and not is_time:
            limit = self.rules[signal.signal].limit
        unit = "s" if is_time else "ratio"
        yield Chart(slug, unit, now, (), limit, self.decided_at, verdict)


def _shares(calls: Iterable[Call]) -> Iterator[float]:
    """Return the share of failures so far, after each call."""
    failures = 0
    for number, call in enumerate(calls, 1):
        failures += not call.ok
        yield failures / number


def _level(now: Points, value: float) -> Points:
    """A baseline of which only what is typical is known: a level, as long as a fifth of now."""
    length = max(1.0, (now[-1][0] - now[0][0]) / 5)
    return ((0.0, value), (length, value))
