"""Render's metrics: what its edge and its hosts have measured of a service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from gonogo.core.answer import Request
from gonogo.core.clock import rfc3339
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Account, Measurement, Signal
from gonogo.metrics.asking import json_of
from gonogo.metrics.numbers import share
from gonogo.probes.context import Context

STALE_S = 300.0
LEAST_STEP_S = 30.0  # the finest resolution there is
_SECONDS = {"s": 1.0, "seconds": 1.0, "ms": 1e-3, "milliseconds": 1e-3}
_USED = {"memory": ("memory", "memory-limit"), "resources": ("cpu", "cpu-limit")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One series of an answer; `points` maps times to values."""

    labels: Mapping[str, str]
    unit: str
    points: Mapping[float, float]


class Render:
    """Asks the REST API for a range up to now."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal
        self._account = signal.account or Account("", "")

    async def read(self, since: float) -> list[Measurement]:
        """Return a point each step, of each instance; raises EvidenceUnavailable."""
        signal = self._signal
        if not self._account.resource or not self._account.token:
            raise EvidenceUnavailable("Render cannot be asked; fix: RENDER_API_KEY and `resource`")
        now = self._context.wall().timestamp()
        of_path = {"path": signal.route} if signal.route else {}
        match signal.signal:
            case "error-rate":
                by = {"aggregateBy": "statusCode", **of_path}
                measured = _counted(await self._ask("http-requests", since, now, by), signal.route)
            case "latency":
                which = {"quantile": f"{signal.quantile:g}", **of_path}
                measured = _timed(await self._ask("http-latency", since, now, which), signal.route)
            case kind:
                used, limit = [await self._ask(name, since, now, {}) for name in _USED[kind]]
                measured = _shares(used, limit)
        return _fresh(sorted(measured, key=lambda each: each.at), now)

    async def _ask(
        self, name: str, since: float, now: float, more: Mapping[str, str]
    ) -> list[Entry]:
        asked = {
            "resource": self._account.resource,
            "startTime": _written(since),
            "endTime": _written(now),
            "resolutionSeconds": f"{max(LEAST_STEP_S, self._signal.every):g}",
            **more,
        }
        request = Request(
            f"{self._signal.url}/metrics/{name}?{urlencode(asked)}",
            headers=(("authorization", f"Bearer {self._account.token}"),),
        )
        answer = await json_of(self._context, request)
        try:
            return [_entry(each) for each in answer]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise EvidenceUnavailable(f"{request.shown}: no series that can be read") from None


def _entry(each: Any) -> Entry:
    labels = {label["field"]: str(label["value"]) for label in each["labels"]}
    points = {_time(point["timestamp"]): float(point["value"]) for point in each["values"]}
    return Entry(labels, str(each["unit"]).lower(), points)


def _time(text: str) -> float:
    if text.isdigit():
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _written(at: float) -> str:
    return rfc3339(datetime.fromtimestamp(at, UTC))


def _counted(entries: list[Entry], route: str) -> list[Measurement]:
    """Add up requests and server errors, a time each; no series of a 5xx means none happened."""
    total: dict[float, float] = {}
    errors: dict[float, float] = {}
    for entry in entries:
        failed = entry.labels.get("statusCode", "").startswith("5")
        for at, count in entry.points.items():
            total[at] = total.get(at, 0.0) + count
            errors[at] = errors.get(at, 0.0) + (count if failed else 0.0)
    return [Measurement(at, None, count, errors[at], route) for at, count in total.items()]


def _timed(entries: list[Entry], route: str) -> list[Measurement]:
    found = []
    for entry in entries:
        if entry.unit not in _SECONDS:
            raise EvidenceUnavailable(f"Render tells latencies in {entry.unit[:20]!r}")
        factor = _SECONDS[entry.unit]
        found += [Measurement(at, v * factor, route=route) for at, v in entry.points.items()]
    return found


def _shares(used: list[Entry], limits: list[Entry]) -> list[Measurement]:
    """Set each instance against its own limit, or the only one."""
    found = []
    for entry in used:
        name = entry.labels.get("instance", "")
        own = [e for e in limits if e.labels.get("instance", "") == name] or limits
        if len(own) != 1 or not own[0].points or own[0].unit != entry.unit:
            raise EvidenceUnavailable(f"Render knows no limit of {name or 'this service'}")
        last = own[0].points[max(own[0].points)]
        for at, value in entry.points.items():
            of = own[0].points.get(at, last)
            found.append(Measurement(at, share(value, of, name), route=name))
    return found


def _fresh(measured: list[Measurement], now: float) -> list[Measurement]:
    if not measured:
        raise EvidenceUnavailable("Render has measured nothing lately; fix: the resource or path")
    age = now - measured[-1].at
    if age > STALE_S:
        raise EvidenceUnavailable(f"the newest point of Render is {age:.0f}s old, which is stale")
    return measured
