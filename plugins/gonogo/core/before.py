"""What was measured of the release before, as far as earlier runs have kept it."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.core.chart import Points
from gonogo.core.past import PastSample
from gonogo.core.signal import Signal

CALLS = "call"  # how single calls of a route are filed, whatever signal they were made for
MATURE = 3  # a target with so many GOs should have a baseline
LEAST_CALLS = 12  # of single calls, for what is typical


@dataclass(frozen=True, slots=True)
class Before:
    """The samples of the run that is the baseline, and how many complete GOs the target had."""

    samples: Sequence[PastSample] = ()
    proven: int = 0

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
        return statistics.median(v for _, v in points) if len(points) >= least else None
