"""Coverage against that of the last GO."""

from dataclasses import replace

from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome

_ROUNDED = 1e-9  # 0.83 - 0.82 is a little more than 0.01


def compared(seen: Observation, drop: float, last: float | None) -> Observation:
    """Judge how much coverage was lost; `drop` and `last` are ratios, `last` None where unknown."""
    now, reading = seen.facts.get("coverage"), seen.reading
    if now is None or reading.outcome is not Outcome.PASS:
        return seen
    if last is None:
        text = f"{reading.text}; not compared: no GO has recorded its coverage"
        return replace(seen, reading=replace(reading, text=text))
    text = f"{reading.text}; {last:.1%} at the last GO, at most {drop:.1%} less allowed"
    outcome = Outcome.FAIL if last - now > drop + _ROUNDED else Outcome.PASS
    least = max(last - drop, 0.0)
    bound = reading.threshold if outcome is Outcome.PASS else f"{least:.1%}"
    return replace(seen, reading=replace(reading, outcome=outcome, text=text, threshold=bound))
