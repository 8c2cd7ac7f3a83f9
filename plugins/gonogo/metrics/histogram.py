"""Quantiles of a histogram: counts below bounds, linear in between."""

import math
from collections.abc import Mapping

from gonogo.core.errors import EvidenceUnavailable


def quantile(buckets: Mapping[float, float], share: float, what: str) -> float:
    """Return the value below which a `share` of the observations lies.

    `buckets` maps upper bounds to the counts at or below them. A quantile above the highest
    finite bound is that bound: it is known to be no smaller. Raises EvidenceUnavailable.
    """
    total = buckets.get(math.inf)
    bounds = sorted(bound for bound in buckets if bound != math.inf)
    if total is None or not bounds:
        raise EvidenceUnavailable(f"{what} is no whole histogram: buckets up to +Inf are needed")
    if not math.isfinite(total) or total <= 0:
        raise EvidenceUnavailable(f"{what}: no request was counted")
    rank = share * total
    below, start = 0.0, min(0.0, bounds[0])
    for bound in bounds:
        count = max(below, buckets[bound])  # read while it was written, a count can lag behind
        if count >= rank:
            inside = count - below
            return start + (bound - start) * ((rank - below) / inside if inside else 1.0)
        below, start = count, bound
    return bounds[-1]
