"""How large something is, and whether that is enough."""

from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome


def too_small(name: str, size: float, least: float) -> Reading | None:
    """Return the failure where something has fewer than `least` bytes; an empty one always has."""
    if size >= max(1.0, least):
        return None
    if size <= 0:
        return Reading(Outcome.FAIL, f"{name} is empty", value="empty", threshold=sized(least))
    text = f"{name} has {sized(size)}, at least {sized(least)} expected: is it whole?"
    return Reading(Outcome.FAIL, text, value=sized(size), threshold=sized(least))


def sized(size: float) -> str:
    """Say a number of bytes as people do: 512 bytes, 3.4 kB, 12 MB."""
    if size < 1000:
        return f"{size:.0f} byte{'' if size == 1 else 's'}"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.3g} {unit}"
    return f"{size / 1000:.4g} TB"
