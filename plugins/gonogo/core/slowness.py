"""The successful calls of a watch window against the baseline's times, slice by slice."""

import math
from collections.abc import Mapping

from gonogo.core.baseline import Baseline
from gonogo.core.evidence import HELD, LIMIT, STRETCH, Evidence, Run, Share, usual_share
from gonogo.core.latency import Comparison, comparisons, place

SHARE_LIMIT, ROUTE_LIMIT, TAIL_LIMIT = 500.0, 500.0, 1000.0
LATE = 5.9  # slices at the cap where slowness begins later: load comes in waves of a minute
HALF = 0.5  # of the calls must be nearer to the limit than to usual
FEW = 6  # calls in a slice: so few cannot say much
Told = tuple[float, list[float]]  # the usual share, and the worse ones


class _Route:
    """One compared route and what its open slice has said."""

    __slots__ = (
        "alone",
        "calls",
        "evidence",
        "log_centre",
        "middle",
        "nats",
        "run",
        "share",
        "slow",
        "tail",
        "votes",
    )

    def __init__(self, compared: Comparison, routes: int, slices: int) -> None:
        self.judge_by(compared)
        self.evidence = Evidence(ROUTE_LIMIT * routes, slices, LATE)
        self.run = Run(HALF)
        self.calls = self.slow = 0
        self.nats = 0.0

    def judge_by(self, compared: Comparison) -> None:
        """Compare in this way from now on."""
        self.log_centre = math.log(compared.centre)
        self.votes = compared.votes
        self.alone = compared.alone
        self.share = compared.share if compared.share is not None else math.inf
        self.tail = compared.tail if compared.tail is not None else math.inf
        self.middle = compared.middle

    def fold(self, stretch: float) -> None:
        """End the slice."""
        self.evidence.fold(self.nats, stretch)
        self.run.fold(self.calls, self.slow, over=self.evidence.rising <= 0)
        self.calls = self.slow = 0
        self.nats = 0.0


class Slowness:
    """Evidence that successful calls take more than `limit` x the baseline's times.

    Four ways of being slow: the typical call, a share of calls beyond the p95, a tail beyond
    the p99, and one route alone.
    """

    def __init__(self, baseline: Baseline, limit: float, slices: int) -> None:
        self._slices = slices
        self._factor = limit
        self._limit = math.log(limit)
        self.compared = comparisons(baseline, limit)
        self._routes = {
            name: _Route(each, len(self.compared), slices) for name, each in self.compared.items()
        }
        self.typical = Evidence(LIMIT, slices, LATE)
        share, tail = self._shares(baseline)
        self._share = Share(*share, SHARE_LIMIT, slices, LATE)
        self._tail = Share(*tail, TAIL_LIMIT, slices)
        self.calls = self.faster = self.beyond = 0
        self._run = Run(HALF)
        self._nats = 0.0
        self._over = 0  # calls of the open slice nearer to the limit than to usual
        self._counts = [0, 0, 0, 0]  # of the open slice: calls, beyond share, tail and limit

    def _shares(self, baseline: Baseline) -> tuple[Told, Told]:
        """The usual and the worse share of calls beyond the p95, and of those beyond the p99."""
        compared = self.compared
        counts = sum(baseline.routes[name].count for name in compared)
        slower, far = (sum(each.beyond[i] for each in compared.values()) for i in (0, 1))
        share = usual_share(slower, counts, 0.005, 0.03)
        tail = usual_share(far, counts, 0.002, 0.005)
        return (share, [max(0.05, 2 * share)]), (tail, [max(0.01, 3 * tail)])

    def judge_by(self, baseline: Baseline) -> None:
        """Compare with another baseline from now on; what was said before stands."""
        self.compared = comparisons(baseline, self._factor)
        for name, each in self.compared.items():
            if name in self._routes:
                self._routes[name].judge_by(each)
            else:
                self._routes[name] = _Route(each, len(self.compared), self._slices)
        share, tail = self._shares(baseline)
        self._share.judge_by(*share)
        self._tail.judge_by(*tail)

    @property
    def routes(self) -> tuple[str, ...]:
        """The routes that are compared."""
        return tuple(self._routes)

    def add(self, name: str, seconds: float) -> None:
        """Take in one successful call."""
        route = self._routes.get(name)
        if route is None:
            return
        ratio = math.log(seconds) - route.log_centre
        index = place(ratio)
        self.calls += 1
        over = ratio >= route.middle
        self.faster += not over
        route.calls += 1
        route.slow += over
        self._over += over
        self._nats += route.votes[index]
        route.nats += route.alone[index]
        counts = self._counts
        counts[0] += 1
        counts[1] += ratio > route.share
        counts[2] += ratio > route.tail
        slow = ratio > self._limit
        counts[3] += slow
        self.beyond += slow

    def slower(self) -> float | None:
        """The share of calls of the open slice beyond the limit; None where it has none."""
        return self._counts[3] / self._counts[0] if self._counts[0] else None

    def fold(self) -> None:
        """End the slice."""
        stretch = self._stretch()
        self.typical.fold(self._nats, stretch)
        self._run.fold(self._counts[0], self._over, over=self.typical.rising <= 0)
        self._share.fold(self._counts[0], self._counts[1])
        self._tail.fold(self._counts[0], self._counts[2])
        for route in self._routes.values():
            route.fold(stretch)
        self._nats = 0.0
        self._over = 0
        self._counts = [0, 0, 0, 0]

    def odds(self) -> Mapping[str, tuple[float, float]]:
        """The odds of each way of being slow, and the limit at which they are believed."""
        calls, slower, far, _ = self._counts
        stretch = self._stretch()
        odds = self.typical.odds(self._nats, stretch)
        seen = self._run.is_seen(calls, self._over)
        found = {"typical": (odds if seen else min(odds, HELD * LIMIT), LIMIT)}
        found["share"] = (self._share.odds(calls, slower), SHARE_LIMIT)
        found["tail"] = (self._tail.odds(calls, far), TAIL_LIMIT)
        limit = ROUTE_LIMIT * len(self._routes)
        for name, route in self._routes.items():
            odds = route.evidence.odds(route.nats, stretch)
            seen = route.run.is_seen(route.calls, route.slow)
            found[f"route {name}"] = (odds if seen else min(odds, HELD * limit), limit)
        return found

    def _stretch(self) -> float:
        return STRETCH if self._counts[0] <= FEW else 1.0

    @property
    def rising(self) -> float:
        """The steepest rise of any way of being slow, in nats."""
        each = [route.evidence.rising for route in self._routes.values()]
        return max(self.typical.rising, self._share.rising, self._tail.rising, *each)
