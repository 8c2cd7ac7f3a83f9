"""A Prometheus server, or what speaks its API: PromQL over a range."""

import math
from typing import Any
from urllib.parse import urlencode

from gonogo.core.answer import Request
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.asking import MOST, json_of
from gonogo.metrics.numbers import in_base, share
from gonogo.probes.context import Context

STALE_STEPS = 3
MOST_SERIES = 100
_EXPLAINED = {400, 422, 500, 503}  # errors that the body explains
MOST_POINTS = 11_000  # what the server itself allows a series
Series = dict[str, dict[float, float]]  # route -> time -> value


class Server:
    """Asks for a range up to now, a point every step."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal

    async def read(self, since: float) -> list[Measurement]:
        """Return a point a step and series; raises EvidenceUnavailable where the last is old."""
        signal = self._signal
        now = self._context.wall().timestamp()
        steps = min(max(1, int((now - since) / signal.every)), MOST_POINTS - 1)
        since = now - steps * signal.every  # so that the last point is now
        found = {role: await self._range(q, since, now) for role, q in signal.queries.items()}
        measured = self._pair(found) if "value" not in found else self._values(found["value"])
        if not measured:
            what = next(iter(signal.queries.values()))
            raise EvidenceUnavailable(f"no data for {what}; fix: the query, or wait for requests")
        measured.sort(key=lambda each: each.at)
        age = now - measured[-1].at
        if age > STALE_STEPS * signal.every:
            raise EvidenceUnavailable(f"the newest point is {age:.0f}s old, which is stale")
        return measured

    def _values(self, found: Series) -> list[Measurement]:
        signal, what = self._signal, self._signal.queries["value"]
        return [
            Measurement(at, in_base(signal, value, what), route=signal.route or route)
            for route, points in found.items()
            for at, value in points.items()
        ]

    def _pair(self, found: dict[str, Series]) -> list[Measurement]:
        """Put two queries together, point by point; of both, all the series together."""
        sums = {role: _summed(series) for role, series in found.items()}
        signal, route = self._signal, self._signal.route
        if "total" in sums:  # both per second
            return [
                Measurement(at, None, total * signal.every, errors * signal.every, route)
                for at, total in sums["total"].items()
                for errors in [min(sums["errors"].get(at, 0.0), total)]
            ]
        tops = sums.get("max", {})
        return [
            Measurement(at, share(used, top, signal.queries["used"]), route=route)
            for at, used in sums["used"].items()
            if (top := tops.get(at, signal.maximum or math.nan)) == top
        ]

    async def _range(self, query: str, since: float, until: float) -> Series:
        signal = self._signal
        asked = {"query": query, "start": since, "end": until, "step": signal.every}
        url = f"{signal.url}/api/v1/query_range?{urlencode(asked)}"
        request = Request(url, headers=signal.headers, timeout=signal.timeout, max_body=MOST)
        answer = await json_of(self._context, request, also=_EXPLAINED)
        return _matrix(answer, request.shown)


def _matrix(answer: Any, where: str) -> Series:
    """Return the series of an answer; raises EvidenceUnavailable where it is not whole."""
    if not isinstance(answer, dict) or answer.get("status") not in {"success", "error"}:
        raise EvidenceUnavailable(f"{where}: not an answer of Prometheus; fix: the url")
    if answer["status"] == "error":
        raise EvidenceUnavailable(f"{where}: {str(answer.get('error', 'an error'))[:200]}")
    if answer.get("warnings"):
        raise EvidenceUnavailable(f"{where}: only in part: {str(answer['warnings'][0])[:200]}")
    try:
        results = answer["data"]["result"]
        if answer["data"]["resultType"] != "matrix" or len(results) > MOST_SERIES:
            hint = "fix: aggregate, as in sum by (route) (…)"
            raise EvidenceUnavailable(f"{where}: more than {MOST_SERIES} series; {hint}")
        return {_name(each["metric"]): _points(each["values"]) for each in results}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvidenceUnavailable(f"{where}: an answer without series that can be read") from None


def _points(values: list[list[Any]]) -> dict[float, float]:
    """Leave out what is no number: 0/0 is no traffic, not no errors."""
    points = {float(at): float(value) for at, value in values}
    return {at: value for at, value in points.items() if math.isfinite(value)}


def _name(metric: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(metric.items()))[:120]


def _summed(series: Series) -> dict[float, float]:
    sums: dict[float, float] = {}
    for points in series.values():
        for at, value in points.items():
            sums[at] = sums.get(at, 0.0) + value
    return sums
