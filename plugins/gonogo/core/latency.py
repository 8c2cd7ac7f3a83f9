"""What one response time says: as usual, or past the limit? Read from the baseline's own times.

No distribution is assumed. The logarithms of the baseline's times, about the centre of their route,
are smoothed; moved to "as usual" and to "past the limit" they give two densities, whose ratio is
the vote of a response time. It never falls as times grow, is bounded, and is scaled so that it adds
up to no evidence against a release that is as usual.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

from gonogo.core.baseline import Baseline, RouteBaseline, quantile

LOW, HIGH, STEPS = -5.0, 5.0, 16  # the table: logarithms of ratios, steps per unit
ENOUGH = 12  # calls a route needs to be compared
OWN_SHAPE = 100  # and to be read by the shape of its own times
CAUTION, CAUTION_ALONE = 0.65, 2.5  # standard errors of the median that count for the release
DRIFT = 1.15  # what may change between two measurements of one release
DRIFT_ALONE, DRIFT_FAR = 1.3, 1.5  # the same for one route, and for the far end of all
APART = 0.6  # of the logarithm of the limit: the least between usual and too slow
FURTHER = 1.5  # standard errors of its place by which a far quantile is taken further out
OUTER = 0.125  # of the calls on either side, left out where the centre of a route is sought
WIDTH = 0.15  # the least smoothing: times of another hour are never quite the same
BOUND = 2.5  # nats that one call may say


@dataclass(frozen=True, slots=True)
class Comparison:
    """How calls of one route vote, by the logarithm of time / centre.

    `votes` and `alone` are tables in nats (`place` gives the index); `middle` is the logarithm
    halfway between usual and the limit; `share` and `tail` are bounds of time, None where the
    baseline is too small to know them.
    """

    centre: float
    votes: tuple[float, ...]
    alone: tuple[float, ...]
    middle: float
    share: float | None
    tail: float | None
    beyond: tuple[
        int, int
    ]  # the baseline's own calls beyond these two, moved as far as they may drift


def place(ratio: float) -> int:
    """The index of a logarithm of a ratio in the tables."""
    inside = min(max(ratio, LOW), HIGH - 1e-9)
    return int((inside - LOW) * STEPS)


def comparisons(baseline: Baseline, limit: float) -> dict[str, Comparison]:
    """How each route is compared at `limit` x the baseline; routes with too few calls are not."""
    enough = {n: _centred(each) for n, each in baseline.routes.items() if each.count >= ENOUGH}
    pooled = sorted(ratio for each in enough.values() for ratio in each.ratios)
    bounds = _bounds(pooled, limit)
    return {name: _comparison(each, pooled, bounds, limit) for name, each in enough.items()}


def _centred(route: RouteBaseline) -> RouteBaseline:
    """The same calls about the mean of their inner logarithms: few calls tell it better."""
    cut = int(OUTER * len(route.ratios))
    centre = fmean(route.ratios[cut : len(route.ratios) - cut])
    ratios = tuple(each - centre for each in route.ratios)
    return RouteBaseline(route.count, route.median * math.exp(centre), ratios)


def _comparison(
    route: RouteBaseline,
    pooled: list[float],
    bounds: tuple[float | None, float | None],
    limit: float,
) -> Comparison:
    usual = math.log(DRIFT) + CAUTION * route.error
    cautious = math.log(DRIFT_ALONE) + CAUTION_ALONE * route.error
    shape = route.ratios if route.count >= OWN_SHAPE else pooled
    slow = _beyond_doubt(usual, limit)
    far = max(usual, math.log(DRIFT_FAR))
    own = _bounds(route.ratios, limit)
    share, tail = _highest(bounds[0], own[0]), _highest(bounds[1], own[1])
    return Comparison(
        centre=route.median,
        votes=_votes(shape, usual, slow),
        alone=_votes(shape, cautious, _beyond_doubt(cautious, limit)),
        middle=(usual + slow) / 2,
        share=share,
        tail=tail,
        beyond=(_beyond(route.ratios, share, far), _beyond(route.ratios, tail, far)),
    )


def _beyond_doubt(usual: float, limit: float) -> float:
    """What is too slow; further away where the baseline cannot tell the limit from usual."""
    return max(math.log(limit), usual + APART * math.log(limit))


def _beyond(ratios: Sequence[float], bound: float | None, usual: float) -> int:
    return 0 if bound is None else len(ratios) - bisect_right(ratios, bound - usual)


def _bounds(ratios: Sequence[float], limit: float) -> tuple[float | None, float | None]:
    """`limit` x the 95th and the 99th percentile, where enough calls tell them."""
    far = math.log(limit)
    share = _cautious(ratios, 0.95) + far if len(ratios) >= 100 else None
    tail = _cautious(ratios, 0.99) + far if len(ratios) >= 500 else None
    return share, tail


def _cautious(ratios: Sequence[float], share: float) -> float:
    """The quantile, taken further out by the doubt about its place: few calls tell it badly."""
    doubt = math.sqrt(share * (1 - share) / len(ratios))
    return quantile(ratios, share + FURTHER * doubt)


def _highest(*bounds: float | None) -> float | None:
    known = [bound for bound in bounds if bound is not None]
    return max(known, default=None)


def _votes(ratios: Sequence[float], usual: float, slow: float) -> tuple[float, ...]:
    counts = [0] * int((HIGH - LOW) * STEPS)
    for ratio in ratios:
        counts[place(ratio)] += 1
    spread = (quantile(ratios, 0.75) - quantile(ratios, 0.25)) / 1.349
    width = max(WIDTH, 1.06 * spread * len(ratios) ** -0.2)
    before = _smoothed(counts, len(ratios), width, usual)
    after = _smoothed(counts, len(ratios), width, slow)
    doubt = 1 / len(ratios)
    return tuple(_rising_odds(before, after, doubt))


def _smoothed(counts: Sequence[int], total: int, width: float, move: float) -> list[float]:
    """The share of calls per step, moved and smoothed; never quite zero."""
    size = len(counts)
    kernel = NormalDist(0.0, width)
    reach = math.ceil(4 * width * STEPS) + 1
    whole = round(move * STEPS)
    rest = move - whole / STEPS
    weights = [kernel.pdf(step / STEPS - rest) / STEPS for step in range(-reach, reach + 1)]
    found = [1e-9] * size
    for index, count in enumerate(counts):
        if count:
            first = index + whole - reach
            for offset, weight in enumerate(weights):
                spot = min(max(first + offset, 0), size - 1)
                found[spot] += weight * count / total
    return found


def _rising_odds(before: Sequence[float], after: Sequence[float], doubt: float) -> list[float]:
    """The logarithm of after / before; neighbours are pooled until it never falls.

    What is pooled is a coarser look at the same calls, so it remains a fair vote.
    """
    blocks: list[tuple[float, float, int]] = []
    for good, bad in zip(before, after, strict=True):
        block = (good, bad, 1)
        while blocks and blocks[-1][1] * block[0] >= block[1] * blocks[-1][0]:
            last = blocks.pop()
            block = (last[0] + block[0], last[1] + block[1], last[2] + block[2])
        blocks.append(block)
    said: list[float] = []
    for good, bad, steps in blocks:
        vote = math.log((bad + doubt) / (good + doubt))
        said.extend([max(-BOUND, min(BOUND, vote))] * steps)
    middle = next((i for i, vote in enumerate(said) if vote > 0), len(said))
    for i in range(middle + 1, len(said)):
        said[i] = max(said[i], said[i - 1])
    for i in range(middle - 2, -1, -1):
        said[i] = min(said[i], said[i + 1])
    return said
