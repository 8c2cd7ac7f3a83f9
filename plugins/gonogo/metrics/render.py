"""Render's metrics: requests by status and latencies at its edge, CPU and memory of instances."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gonogo.core.clock import rfc3339
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.provider import Hosting
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.hosted import LEAST_STEP_S, Points, counted, fresh, shares
from gonogo.probes.context import Context
from gonogo.providers.client import Client

_SECONDS = {"s": 1.0, "seconds": 1.0, "ms": 1e-3, "milliseconds": 1e-3}
_OF = {"memory": ("memory",), "resources": ("cpu", "memory")}
WHO = "Render"


@dataclass(frozen=True, slots=True)
class Entry:
    """One series of an answer."""

    labels: Mapping[str, str]
    unit: str
    points: Points


class Edge:
    """Asks for a range up to now."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal
        self._hosting = signal.hosting or Hosting("render", "", "")
        headers = {"Authorization": f"Bearer {self._hosting.token}"}
        base = f"{self._hosting.api}/v1/metrics"
        self._client = Client(WHO, base, headers, context.fetch, context.sleep)

    async def read(self, since: float) -> list[Measurement]:
        """Return a point each step, of each instance; raises EvidenceUnavailable."""
        if not self._hosting.token:
            raise EvidenceUnavailable("Render needs a key: set RENDER_API_KEY")
        if not self._hosting.service:
            text = "which service of Render? set RENDER_SERVICE_ID, or `resource` of the signal"
            raise EvidenceUnavailable(text)
        now = self._context.wall().timestamp()
        match self._signal.signal:
            case "error-rate":
                found = await self._asked("http-requests", since, now, aggregateBy="statusCode")
                measured = counted([(_status(e), e.points) for e in found], self._signal.route)
            case "latency":
                which = f"{self._signal.quantile:g}"
                found = await self._asked("http-latency", since, now, quantile=which)
                measured = _timed(found, self._signal.route)
            case kind:
                measured = [m for name in _OF[kind] for m in await self._shares(name, since, now)]
        return fresh(measured, now, WHO)

    async def _shares(self, name: str, since: float, now: float) -> list[Measurement]:
        used = await self._asked(name, since, now)
        limits = await self._asked(f"{name}-limit", since, now)
        if len({entry.unit for entry in (*used, *limits)}) > 1:
            raise EvidenceUnavailable(f"Render tells {name} and its limit in different units")
        return shares(name, _by_instance(used), _by_instance(limits))

    async def _asked(self, name: str, since: float, now: float, **more: str) -> list[Entry]:
        of_path = name.startswith("http") and self._signal.route
        asked = {
            "resource": self._hosting.service or "",
            "startTime": _written(since),
            "endTime": _written(now),
            "resolutionSeconds": f"{max(LEAST_STEP_S, self._signal.every):g}",
            **more,
            **({"path": self._signal.route} if of_path else {}),
        }
        answer = await self._client.get(f"/{name}", asked)
        try:
            return [_entry(each) for each in answer]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise EvidenceUnavailable(f"Render tells {name} in a form that is not known") from None


def _entry(each: Any) -> Entry:
    labels = {label["field"]: str(label["value"]) for label in each["labels"]}
    points = {_time(point["timestamp"]): float(point["value"]) for point in each["values"]}
    sound = {at: value for at, value in points.items() if math.isfinite(value)}
    return Entry(labels, str(each["unit"]).lower(), sound)


def _time(text: str) -> float:
    if text.isdigit():
        return float(text)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _status(entry: Entry) -> int:
    code = entry.labels.get("statusCode", "")
    if not code.isdigit():
        raise EvidenceUnavailable("Render does not tell which requests failed")
    return int(code)


def _timed(entries: list[Entry], route: str) -> list[Measurement]:
    found = []
    for entry in entries:
        if entry.unit not in _SECONDS:
            raise EvidenceUnavailable(f"Render tells latencies in {entry.unit[:20]!r}")
        factor = _SECONDS[entry.unit]
        found += [Measurement(at, v * factor, route=route) for at, v in entry.points.items()]
    return found


def _by_instance(entries: list[Entry]) -> dict[str, Points]:
    return {entry.labels.get("instance", ""): entry.points for entry in entries}


def _written(at: float) -> str:
    return rfc3339(datetime.fromtimestamp(at, UTC))
