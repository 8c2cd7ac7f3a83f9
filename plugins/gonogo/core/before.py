"""What was measured of the release before, as far as earlier runs have kept it."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gonogo.core.baseline import RouteBaseline
from gonogo.core.chart import Points
from gonogo.core.past import PastSample
from gonogo.core.signal import Signal

CALLS = "call"  # how single calls of a route are filed, whatever signal they were made for
MATURE = 3  # a target with so many GOs should have a baseline
LEAST_CALLS = 12  # of single calls, for what is typical


@dataclass(frozen=True, slots=True)
class Before:
    """What the baseline has measured, and how many complete GOs the target had.

    `samples` come from the history; `routes` from a file that was sampled before the deploy.
    """

    samples: Sequence[PastSample] = ()
    proven: int = 0
    routes: Mapping[str, RouteBaseline] = field(default_factory=dict)

    def of(self, signal: Signal) -> Mapping[str, Points]:
        """Return what was measured of a signal by route, else the calls of its route."""
        found = [each for each in self.samples if each.signal == signal.slug]
        if not found and signal.signal == "latency":
            calls = (each for each in self.samples if each.signal == CALLS)
            found = [each for each in calls if each.series == signal.route]
        points: dict[str, list[tuple[float, float]]] = {}
        for each in found:
            if each.value is not None and math.isfinite(each.value):
                points.setdefault(each.series, []).append((each.at, each.value))
        return {route: tuple(sorted(known)) for route, known in points.items()}

    def typical(self, signal: Signal, route: str) -> float | None:
        """Return the median of a route, None where too little is known of it."""
        points = self.of(signal).get(route, ())
        least = LEAST_CALLS if signal.source == "probe" else 1
        if len(points) >= least:
            return statistics.median(value for _, value in points)
        known = self.routes.get(route)
        return known.median if known is not None and known.count >= LEAST_CALLS else None
