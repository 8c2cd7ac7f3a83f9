"""A signal over time, as a reporter can draw it."""

from dataclasses import dataclass

Points = tuple[tuple[float, float], ...]  # (seconds of the Unix epoch, value in the base unit)


@dataclass(frozen=True, slots=True)
class Chart:
    """What was measured `now`, and before; `unit` is "s" or "ratio".

    `limit` and `decided_at` are drawn where they are known. `verdict` is an outcome's word.
    """

    title: str
    unit: str
    now: Points
    baseline: Points = ()
    limit: float | None = None
    decided_at: float | None = None
    verdict: str = ""
