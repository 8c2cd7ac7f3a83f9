"""Railway's metrics: requests by status and durations at its edge, CPU and memory of instances."""

import math
from datetime import UTC, datetime
from typing import Any

from gonogo.core.clock import rfc3339
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.provider import Hosting
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.hosted import LEAST_STEP_S, Points, counted, fresh, shares
from gonogo.probes.context import Context
from gonogo.providers.railway import Railway

STATUSES = """
query statuses(
  $environmentId: String!, $serviceId: String!, $startDate: DateTime!, $endDate: DateTime!,
  $stepSeconds: Int, $path: String
) {
  httpMetricsGroupedByStatus(
    environmentId: $environmentId, serviceId: $serviceId, startDate: $startDate,
    endDate: $endDate, stepSeconds: $stepSeconds, path: $path
  ) { statusCode samples { ts value } }
}
"""
DURATIONS = """
query durations(
  $environmentId: String!, $serviceId: String!, $startDate: DateTime!, $endDate: DateTime!,
  $stepSeconds: Int, $path: String
) {
  httpDurationMetrics(
    environmentId: $environmentId, serviceId: $serviceId, startDate: $startDate,
    endDate: $endDate, stepSeconds: $stepSeconds, path: $path
  ) { samples { ts p50 p90 p95 p99 } }
}
"""
LEVELS = """
query levels(
  $projectId: String, $environmentId: String, $serviceId: String, $startDate: DateTime!,
  $endDate: DateTime, $measurements: [MetricMeasurement!]!, $sampleRateSeconds: Int
) {
  metrics(
    projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId,
    startDate: $startDate, endDate: $endDate, measurements: $measurements,
    sampleRateSeconds: $sampleRateSeconds, groupBy: [DEPLOYMENT_INSTANCE_ID]
  ) { measurement tags { deploymentInstanceId } values { ts value } }
}
"""
_USED = {"memory": ("MEMORY_USAGE_GB", "MEMORY_LIMIT_GB"), "cpu": ("CPU_USAGE", "CPU_LIMIT")}
_OF = {"memory": ("memory",), "resources": ("cpu", "memory")}
WHO = "Railway"


class Usage:
    """Asks for a range up to now."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal
        hosting = signal.hosting or Hosting("railway", "", "")
        self._railway = Railway(hosting, context.fetch, context.sleep)
        self._place: Hosting | None = None

    async def read(self, since: float) -> list[Measurement]:
        """Return a point each step, of each instance; raises EvidenceUnavailable."""
        now = self._context.wall().timestamp()
        match self._signal.signal:
            case "error-rate":
                measured = await self._counted(since, now)
            case "latency":
                measured = await self._timed(since, now)
            case kind:
                measured = await self._shares(_OF[kind], since, now)
        return fresh(measured, now, WHO)

    async def _counted(self, since: float, now: float) -> list[Measurement]:
        found = await self._asked(STATUSES, "httpMetricsGroupedByStatus", since, now)
        try:
            series = [(int(each["statusCode"]), _points(each["samples"])) for each in found]
        except (KeyError, TypeError, ValueError):
            raise EvidenceUnavailable(_ODD) from None
        return counted(series, self._signal.route)

    async def _timed(self, since: float, now: float) -> list[Measurement]:
        """Return durations, which come in milliseconds; a step of zero had no request."""
        found = await self._asked(DURATIONS, "httpDurationMetrics", since, now)
        name = f"p{self._signal.quantile * 100:.0f}"
        try:
            points = _points(found["samples"], name)
        except (KeyError, TypeError, ValueError):
            raise EvidenceUnavailable(_ODD) from None
        route = self._signal.route
        return [Measurement(at, ms / 1000, route=route) for at, ms in points.items() if ms > 0]

    async def _shares(self, names: tuple[str, ...], since: float, now: float) -> list[Measurement]:
        kinds = [kind for name in names for kind in _USED[name]]
        found = await self._asked(LEVELS, "metrics", since, now, measurements=kinds)
        levels: dict[str, dict[str, Points]] = {kind: {} for kind in kinds}
        try:
            for each in found:
                instance = each["tags"]["deploymentInstanceId"] or ""
                levels[each["measurement"]][instance] = _points(each["values"])
        except (KeyError, TypeError, ValueError):
            raise EvidenceUnavailable(_ODD) from None
        pairs = [(name, *_USED[name]) for name in names]
        return [each for n, used, of in pairs for each in shares(n, levels[used], levels[of])]

    async def _asked(self, document: str, name: str, since: float, now: float, **more: Any) -> Any:
        if self._place is None:
            self._place = await self._railway.place()
        step = max(LEAST_STEP_S, self._signal.every)
        variables: dict[str, Any] = {
            "environmentId": self._place.environment,
            "serviceId": self._place.service,
            "startDate": _written(since),
            "endDate": _written(now),
        }
        if name == "metrics":
            variables |= {"projectId": self._place.project, "sampleRateSeconds": round(step)}
        else:
            variables |= {"stepSeconds": round(step), "path": self._signal.route or None}
        return (await self._railway.query(document, {**variables, **more}))[name]


_ODD = "Railway answers in a form that is not known"


def _points(samples: Any, name: str = "value") -> dict[float, float]:
    found = {float(each["ts"]): float(each[name]) for each in samples}
    return {at: value for at, value in found.items() if math.isfinite(value)}


def _written(at: float) -> str:
    return rfc3339(datetime.fromtimestamp(at, UTC))
