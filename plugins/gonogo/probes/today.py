"""Predeploy: how the target is now, before anything is deployed; whatever version it serves."""

from dataclasses import replace

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.core.subject import Service
from gonogo.probes.context import Context
from gonogo.probes.liveness import read_liveness
from gonogo.probes.polling import GOOD, until_confirmed
from gonogo.probes.readiness import read_readiness

EVERY_S = 1.0
_FIX = 'fix: repair it; a release that repairs it goes out with healthy-now = "warn"'


async def healthy(context: Context, service: Service, rule: Rule) -> Observation:
    """Ask level 1, and level 2 where there is one; a failure is confirmed as the rule says.

    Nothing has been deployed: no edge is excused, and the signal stays that of the check, which
    rolls nothing back.
    """
    before = replace(context, grace_until=0.0)

    async def ask() -> Reading:
        reading = await read_liveness(before, service)
        if reading.outcome in GOOD and service.ready is not None:
            ready = await read_readiness(before, service)
            reading = max(reading, ready, key=lambda each: each.outcome.rank)
        text = f"{reading.text}; {_FIX}" if reading.outcome is Outcome.FAIL else reading.text
        return replace(reading, signal=None, text=text)

    return await until_confirmed(before, service.slug, ask, rule, EVERY_S)
