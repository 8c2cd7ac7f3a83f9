"""Level 4: one short look at a signal, judged by its absolute limit.

What one look can confirm: three readings in a row, and a violation that lasts for as long as its
rule asks, up to a minute. What it cannot, such as odds that need minutes of traffic, is told as
not confirmed yet: a problem that is known, and no reason to undo anything by itself.
"""

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.core.signal import Signal
from gonogo.metrics.look import Look
from gonogo.metrics.port import SOURCES
from gonogo.metrics.shares import share_of
from gonogo.metrics.traffic import traffic_of
from gonogo.probes.context import Context


async def judged(context: Context, signal: Signal, rule: Rule) -> Observation:
    """Read a signal and judge it."""
    if signal.source not in SOURCES:
        text = f"the source {signal.source!r} cannot be read by this version yet"
        return Observation(Reading(Outcome.UNKNOWN, text))
    look = Look(context, signal, rule)
    await look.remember()
    return await (traffic_of(look) if signal.is_traffic else share_of(look))
