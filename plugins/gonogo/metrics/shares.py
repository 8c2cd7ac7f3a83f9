"""Memory, pools and other resources: the share that is used, against its limit."""

from gonogo.core.clock import seconds
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.series import NOT_YET, Sample, confirmed_by
from gonogo.core.signal import Measurement
from gonogo.metrics.look import Look

PATIENCE_S = 60.0  # a violation that must last longer is the business of the watch
ROUNDS = 3  # readings where it cannot be confirmed anyway
GONE_S = 60.0  # an instance that was not measured for so long is no more


async def share_of(look: Look) -> Observation:
    """Read once; a violation again and again, until it is confirmed or over."""
    rounds = 0
    while True:
        rounds += 1
        heard = await look.read_patiently()
        if not look.measured:
            return look.unknown()
        worst = max(_newest(look), key=_value)
        reading = _reading(look, worst)
        series = _series(look)
        confirmed = [how for each in series if (how := confirmed_by(each, look.rule))]
        if confirmed and reading.outcome is Outcome.FAIL:
            return look.observed(reading, confirmed[0])
        if heard and reading.outcome is Outcome.PASS:
            return look.observed(_relieved(reading, series))
        if _is_over(look, rounds):
            return look.observed(reading, NOT_YET if reading.outcome is Outcome.FAIL else None)
        await look.wait(reading, "confirming")


def _value(measured: Measurement) -> float:
    return measured.value or 0.0


def _newest(look: Look) -> list[Measurement]:
    """Return the newest measurement of each instance that is still there."""
    newest = {each.route: each for each in look.measured}
    last = max(each.at for each in newest.values())
    gone = max(GONE_S, 3 * look.signal.every)
    return [each for each in newest.values() if last - each.at <= gone]


def _series(look: Look) -> list[list[Sample]]:
    routes: dict[str, list[Measurement]] = {each.route: [] for each in _newest(look)}
    for each in look.measured:
        if each.route in routes:
            routes[each.route].append(each)
    return [look.samples(each, lambda one: _fails(look, one)) for each in routes.values()]


def _fails(look: Look, measured: Measurement) -> bool:
    return look.limit is not None and _value(measured) > look.limit


def _reading(look: Look, worst: Measurement) -> Reading:
    kind = look.signal.signal
    name = worst.route if worst.route.startswith(kind) else f"{kind} {worst.route}".strip()
    value, limit = f"{_value(worst):.1%}", f"{look.limit or 0:.0%}"
    outcome = Outcome.FAIL if _fails(look, worst) else Outcome.PASS
    age = look.context.wall().timestamp() - worst.at
    when = f", {seconds(age)} ago" if age > look.signal.every else ""
    text = f"{name} is at {value}{when}, limit {limit}"
    return Reading(outcome, text, value=value, threshold=limit)


def _relieved(reading: Reading, series: list[list[Sample]]) -> Reading:
    if not any(sample.outcome is Outcome.FAIL for each in series for sample in each):
        return reading
    text = f"{reading.text}; it was above it shortly before, not confirmed"
    return Reading(Outcome.WARN, text, value=reading.value, threshold=reading.threshold)


def _is_over(look: Look, rounds: int) -> bool:
    """Tell whether reading on can confirm nothing within the patience of one look."""
    duration = look.rule.duration
    if duration is None:
        return rounds >= 2 * look.rule.consecutive
    if duration > PATIENCE_S:
        return rounds >= ROUNDS
    return look.elapsed > duration + 2 * look.signal.every
