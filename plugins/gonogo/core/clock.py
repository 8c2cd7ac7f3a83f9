"""Times: as the record writes them, as people read them, and what is none."""

import math
from datetime import UTC, datetime


def rfc3339(moment: datetime) -> str:
    """Return a UTC time to the millisecond, such as 2026-11-21T02:31:05.120Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(value: float) -> str:
    """Return a duration for people: 41ms, 2.4s, 3m20s."""
    if value < 1:
        return f"{value * 1000:.0f}ms"
    if value < 120:
        return f"{value:.1f}s".replace(".0s", "s")
    return f"{int(value) // 60}m{int(value) % 60:02d}s"


def instant(at: float) -> float:
    """Return a time in seconds as it is; one that is not finite is none."""
    if not math.isfinite(at):
        raise ValueError(f"not a time: {at}")
    return at
