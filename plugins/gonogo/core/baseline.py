"""What the release before answered: the calls that a watch window is compared with."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

KEPT = 4000  # response times a route keeps: enough for a p99, bounded in memory


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its end: `seconds` to the last byte, `ok` where it was no failure."""

    route: str
    ok: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class RouteBaseline:
    """The successful calls of one route.

    `median` is in seconds; `ratios` are the natural logarithms of time / median, sorted.
    """

    count: int
    median: float
    ratios: tuple[float, ...]

    @property
    def error(self) -> float:
        """The standard error of the median, as a logarithm; spread by quartiles, not by tails."""
        spread = (quantile(self.ratios, 0.75) - quantile(self.ratios, 0.25)) / 1.349
        return 1.2533 * spread / math.sqrt(self.count)


@dataclass(frozen=True, slots=True)
class Baseline:
    """How many calls there were, how many failed, and how long the others took, per route."""

    calls: int
    failures: int
    routes: Mapping[str, RouteBaseline]

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Baseline":
        """Gather calls in any order; a time that is no positive number counts for nothing."""
        total = failures = 0
        times: dict[str, list[float]] = {}
        for call in calls:
            if not is_time(call.seconds):
                continue
            total += 1
            if call.ok:
                times.setdefault(call.route, []).append(call.seconds)
            else:
                failures += 1
        return cls(total, failures, {route: _route(each) for route, each in times.items()})

    def flat(self) -> dict[str, Any]:
        """Return what JSON can hold, for a file or the history."""
        routes = {
            name: {"count": each.count, "median": each.median, "ratios": list(each.ratios)}
            for name, each in self.routes.items()
        }
        return {"calls": self.calls, "failures": self.failures, "routes": routes}

    @classmethod
    def from_flat(cls, record: Mapping[str, Any]) -> "Baseline":
        """Rebuild a baseline; raises ValueError where the record is not one."""
        try:
            routes = {
                str(name): RouteBaseline(
                    int(each["count"]), float(each["median"]), tuple(map(float, each["ratios"]))
                )
                for name, each in record["routes"].items()
            }
            made = cls(int(record["calls"]), int(record["failures"]), routes)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"not a baseline: {error!r}") from None
        if not 0 <= made.failures <= made.calls or not all(map(_sound, routes.values())):
            raise ValueError("not a baseline: impossible numbers")
        return made


def is_time(seconds: float) -> bool:
    """Tell whether this can be a response time: above a nanosecond, below eleven days."""
    return 1e-9 <= seconds <= 1e6


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of sorted values, interpolated; of none, zero."""
    if not ordered:
        return 0.0
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _route(times: list[float]) -> RouteBaseline:
    middle = median(times)
    ratios = sorted(math.log(each / middle) for each in times)
    if len(ratios) > KEPT:
        ratios = [ratios[int((i + 0.5) * len(ratios) / KEPT)] for i in range(KEPT)]
    return RouteBaseline(len(times), middle, tuple(ratios))


def _sound(route: RouteBaseline) -> bool:
    finite = all(map(math.isfinite, route.ratios))
    return is_time(route.median) and finite and 0 < len(route.ratios) <= route.count
