"""Asking again: until it is good, or until a failure is confirmed. Polling belongs to the probe."""

from collections.abc import Awaitable, Callable

from gonogo.core.clock import seconds
from gonogo.core.observation import Observation, Reading, Trail
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.core.series import NOT_YET, Sample, confirmed_by
from gonogo.core.subject import Polling
from gonogo.probes.context import Context

Ask = Callable[[], Awaitable[Reading]]
ENDED = "the command ended"
GOOD = {Outcome.PASS, Outcome.WARN}


async def until_good(context: Context, name: str, ask: Ask, polling: Polling) -> Observation:
    """Ask until one reading is good; when the attempts are used up, a failure is confirmed.

    What an edge says inside the grace time uses up no attempt: it is not about the release.
    """
    trail = Trail()
    counted: list[Reading] = []
    while True:
        asked = context.now()
        reading = await ask()
        trail.add(context.now(), context.stamp(), reading)
        if reading.outcome in GOOD:
            return trail.close()
        if reading.signal == "not-live":
            return trail.close(ENDED, reading)
        edge = reading.outcome is Outcome.UNKNOWN and reading.signal == "edge"
        if not edge or asked >= context.grace_until:
            counted.append(reading)
        if len(counted) >= polling.attempts:
            return _closed(trail, counted)
        which = f"attempt {len(counted)} of {polling.attempts}" if counted else "the edge settles"
        seen, pause = reading.value or reading.text, seconds(polling.interval)
        context.progress(f"{name}: {which}: {seen}, next in {pause}")
        await context.sleep(_pause(polling.interval, context.now() - asked))


def _pause(interval: float, took: float) -> float:
    """Attempts start an interval apart; a slow answer shortens the pause by half at most."""
    return max(interval / 2, interval - took)


def _closed(trail: Trail, counted: list[Reading]) -> Observation:
    """A failure among the attempts is not hidden by a later silence."""
    failures = [each for each in counted if each.outcome is Outcome.FAIL]
    if not failures:
        return trail.close()
    if len(failures) < len(counted) and len(failures) < 3:
        return trail.close(reading=_unconfirmed(failures[-1], len(failures)))
    return trail.close(f"{len(counted)} attempts", failures[-1])


def _unconfirmed(reading: Reading, failures: int) -> Reading:
    text = f"{reading.text}; {failures} failing readings among silent ones confirm nothing"
    return Reading(Outcome.UNKNOWN, text, clue=reading.clue)


async def until_confirmed(
    context: Context, name: str, ask: Ask, rule: Rule, interval: float
) -> Observation:
    """Ask once; after a first failure, until it is confirmed or the last ten readings refute it."""
    trail = Trail()
    size = rule.of_last[1] if rule.of_last else rule.consecutive
    confirmed: str | None = None
    while len(trail.readings) < size:
        reading = await ask()
        trail.add(context.now(), context.stamp(), reading)
        samples = [Sample(at, each.outcome) for at, each in trail.readings]
        confirmed = confirmed_by(samples, rule)
        if confirmed or not any(sample.outcome is Outcome.FAIL for sample in samples):
            break
        context.progress(f"{name}: {reading.text}, confirming, {len(samples)} of {size}")
        await context.sleep(interval)
    last = trail.readings[-1][1]
    if confirmed:
        failing = [each for _, each in trail.readings if each.outcome is Outcome.FAIL]
        return trail.close(confirmed, failing[-1])
    if all(each.outcome is Outcome.FAIL for _, each in trail.readings):
        return trail.close(NOT_YET)
    if last.outcome is Outcome.FAIL:
        last = next(e for _, e in reversed(trail.readings) if e.outcome is not Outcome.FAIL)
    if last.outcome in GOOD and len(trail.readings) > 1:
        last = Reading(Outcome.WARN, f"{last.text}; it failed in between, not confirmed")
    return trail.close(reading=last)
