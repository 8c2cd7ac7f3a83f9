"""How old something is, and whether a clock can be believed."""

from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome

SKEW_S = 300.0  # by so much may two clocks differ


def age_of(name: str, at: float, now: float) -> float:
    """Return the age in seconds of what is dated `at`; a date in the future proves nothing."""
    if at > now + SKEW_S:
        text = f"{name} is dated {long(at - now)} in the future: some clock is wrong"
        raise EvidenceUnavailable(text)
    return max(0.0, now - at)


def too_old(name: str, age: float, most: float) -> Reading | None:
    """Return the failure where something is older than `most` seconds."""
    if age <= most:
        return None
    text = f"{name} is {long(age)} old, at most {long(most)} allowed"
    return Reading(Outcome.FAIL, text, None, long(age), long(most))


def long(duration: float) -> str:
    """Say a duration of days or hours as people do."""
    if duration >= 2 * 86400:
        return f"{duration / 86400:.0f}d"
    return f"{duration / 3600:.1f}h" if duration >= 3600 else seconds(max(0.0, duration))
