"""Errors and latency of requests, as far as one short look can judge them."""

import math
import statistics

from gonogo.core.before import LEAST_CALLS, MATURE
from gonogo.core.clock import seconds
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.series import COVERAGE, NOT_YET, confirmed_by
from gonogo.core.signal import Measurement
from gonogo.metrics.look import Look

OWN = 20  # requests of a batch of our own
BATCHES = 3  # a violation is looked at so often before it is told
LEAST_REQUESTS = 20  # fewer say nothing about a rate


async def traffic_of(look: Look) -> Observation:
    """Read a batch; where it violates the limit two more, all of them judged together."""
    first: Reading | None = None
    for batch in range(1, BATCHES + 1):
        if not await _gather(look, batch):
            return look.unknown()
        reading = _judged(look)
        first = first or reading
        if reading.outcome is not Outcome.FAIL:
            return _closed(look, reading, first)
        if batch < BATCHES:
            await look.wait(reading, f"looking again, {batch + 1} of {BATCHES}")
    return look.observed(reading, _confirmed(look) or NOT_YET)


async def _gather(look: Look, batch: int) -> bool:
    """Read once, or a batch of own requests; False where too much of it stayed silent."""
    if look.signal.source != "probe":
        return await look.read_patiently() or bool(look.measured)
    for number in range(OWN):
        await look.read()
        if number + 1 < OWN:
            await look.context.sleep(look.signal.every)
        if len(look.silences) >= 3 and not look.measured:
            return False
    return len(look.measured) >= COVERAGE * OWN * batch


def _closed(look: Look, reading: Reading, first: Reading) -> Observation:
    if reading.outcome is Outcome.UNKNOWN:
        is_latency = look.signal.signal == "latency"
        uncompared = is_latency and reading.value is not None
        return look.observed(reading, advisory=uncompared and _is_young(look))
    if first.outcome is Outcome.FAIL:
        text = f"{reading.text}; at first {first.value}, not confirmed"
        reading = Reading(Outcome.WARN, text, value=reading.value, threshold=reading.threshold)
    return look.observed(reading)


def _is_young(look: Look) -> bool:
    """Tell whether nobody can expect a baseline yet.

    A signal that the baseline has never heard of is young too: without a GO it would never
    become part of one.
    """
    return look.before.proven < MATURE or not look.before.of(look.signal)


def _judged(look: Look) -> Reading:
    return _latency(look) if look.signal.signal == "latency" else _errors(look)


def _errors(look: Look) -> Reading:
    measured, limit = look.measured, look.limit or 0.0
    requests = math.fsum(each.requests for each in measured)
    failures = math.fsum(each.failures for each in measured)
    rates = [each.value for each in measured if not each.requests and each.value is not None]
    if requests < LEAST_REQUESTS and not rates:
        text = f"only {requests:.0f} requests were seen, {LEAST_REQUESTS} are needed to tell"
        return Reading(Outcome.UNKNOWN, f"error-rate: {text}")
    rate = statistics.fmean(rates) if rates else failures / requests
    seen = "" if rates else f", {failures:.0f} of {requests:.0f} requests"
    text = f"error-rate is {rate:.1%}{seen}, limit {limit:.0%}"
    outcome = Outcome.FAIL if rate > limit else Outcome.PASS
    return Reading(outcome, text, value=f"{rate:.1%}", threshold=f"{limit:.0%}")


def _latency(look: Look) -> Reading:
    times: dict[str, list[float]] = {}
    for each in look.measured:
        if each.value is not None:
            times.setdefault(each.route, []).append(each.value)
    least = LEAST_CALLS if look.signal.source == "probe" else 1
    typical = {route: statistics.median(v) for route, v in times.items() if len(v) >= least}
    if not typical:
        return Reading(Outcome.UNKNOWN, "latency: too few requests went well to tell")
    readings = [_compared(look, route, value) for route, value in typical.items()]
    known = [each for each in readings if each.outcome is not Outcome.UNKNOWN]
    return max(known or readings, key=lambda each: each.outcome.rank)


def _compared(look: Look, route: str, value: float) -> Reading:
    """Judge by the limit of the signal, and by what was typical before, where it is known."""
    name, shown = " ".join(part for part in ("latency", route) if part), seconds(value)
    bounds = []
    if look.signal.limit is not None:
        bounds.append((look.signal.limit, f"limit {seconds(look.signal.limit)}"))
    usual, factor = look.before.typical(look.signal, route), look.rule.limit or 2.0
    if usual is not None:
        bounds.append((factor * usual, f"limit {factor:g} x {seconds(usual)} before"))
    if not bounds:
        text = f"{name} is {shown}; not compared: no baseline (no_baseline)"
        return Reading(Outcome.UNKNOWN, text, value=shown)
    bound, said = min(bounds)
    outcome = Outcome.FAIL if value > bound else Outcome.PASS
    text = f"{name} is {shown}, {said}"
    return Reading(outcome, text, value=shown, threshold=seconds(bound))


def _confirmed(look: Look) -> str | None:
    """Only a rule with a duration can be confirmed by a look, and by the past at that."""
    if look.rule.duration is None:
        return None
    return confirmed_by(look.samples(look.measured, lambda one: _fails(look, one)), look.rule)


def _fails(look: Look, measured: Measurement) -> bool:
    if look.signal.signal == "latency":
        return look.signal.limit is not None and (measured.value or 0.0) > look.signal.limit
    rate = measured.failures / measured.requests if measured.requests else measured.value or 0.0
    return rate > (look.limit or 0.0)
