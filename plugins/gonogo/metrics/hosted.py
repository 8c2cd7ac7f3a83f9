"""What the sources that ask a hosting provider have in common."""

from collections.abc import Iterable, Mapping

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Measurement
from gonogo.metrics.numbers import share

STALE_S = 300.0  # a provider tells what happened a minute or two ago
LEAST_STEP_S = 30.0
Points = Mapping[float, float]  # seconds of the Unix epoch -> value


def counted(series: Iterable[tuple[int, Points]], route: str) -> list[Measurement]:
    """Add up requests by status, a time each; no series of a 5xx means that none happened."""
    total: dict[float, float] = {}
    errors: dict[float, float] = {}
    for status, points in series:
        for at, count in points.items():
            total[at] = total.get(at, 0.0) + count
            errors[at] = errors.get(at, 0.0) + (count if status >= 500 else 0.0)
    return [Measurement(at, None, count, errors[at], route) for at, count in total.items()]


def shares(
    name: str, used: Mapping[str, Points], limits: Mapping[str, Points]
) -> list[Measurement]:
    """Set what each instance uses against its own limit, or the only one there is."""
    found = []
    for instance, points in used.items():
        known = limits.get(instance) or (next(iter(limits.values())) if len(limits) == 1 else {})
        if not known:
            raise EvidenceUnavailable(f"no limit of {name} is known, so no share of it")
        last = known[max(known)]
        route = " ".join(part for part in (name, instance) if part)
        for at, value in points.items():
            found.append(Measurement(at, share(value, known.get(at, last), route), route=route))
    return found


def fresh(measured: Iterable[Measurement], now: float, who: str) -> list[Measurement]:
    """Return measurements in their order, the newest last; raises EvidenceUnavailable."""
    found = sorted(measured, key=lambda each: each.at)
    if not found:
        text = f"{who} has measured nothing lately; fix: the ids or the path, or wait for requests"
        raise EvidenceUnavailable(text)
    age = now - found[-1].at
    if age > STALE_S:
        raise EvidenceUnavailable(f"the newest point of {who} is {age:.0f}s old, which is stale")
    return found
