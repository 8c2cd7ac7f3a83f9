"""Predeploy: what a CI says about the commit, polled until it is complete."""

import asyncio
import fnmatch
import re
from collections.abc import Awaitable, Callable
from importlib import import_module

from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading, Trail
from gonogo.core.outcome import Outcome
from gonogo.core.pipeline import Pipeline, RequiredCheck, States
from gonogo.probes.context import Context
from gonogo.probes.witness import Limited, Missing, Refused

PROVIDERS = {
    "github": "gonogo.probes.github_checks:states",
    "gitlab": "gonogo.probes.gitlab:states",
}


async def concluded(context: Context, check: RequiredCheck) -> Observation:
    """Poll until the check has succeeded or failed, or `wait` is over.

    A check that is missing at the end fails; one that still runs, or an API that gives no answer,
    is no evidence. Where the API will not answer in time, nobody waits for it.
    """
    if context.commit is None:
        text = "which commit? give --gonogo-commit"
        return Observation(Reading(Outcome.UNKNOWN, text))
    trail = Trail()
    until = context.now() + check.pipeline.wait
    while True:
        pause = check.pipeline.every
        try:
            reading = _judge(check, await _shared(context, check.pipeline))
        except EvidenceUnavailable as silence:
            reading = Reading(Outcome.UNKNOWN, str(silence))
            pause = max(pause, _silent_for(silence))
        trail.add(context.now(), context.stamp(), reading)
        left = until - context.now()
        decided = reading.outcome is not Outcome.UNKNOWN and reading.value != "missing"
        if decided or left <= 0 or pause > max(left, check.pipeline.every):
            return trail.close("at the deadline" if reading.value == "missing" else None)
        context.progress(f"{check.slug}: {reading.text}, {seconds(left)} left")
        await context.sleep(min(pause, max(0.05, left)))


def _silent_for(silence: EvidenceUnavailable) -> float:
    """Return how long there is no use in asking again, in seconds."""
    if isinstance(silence, Limited):
        return silence.wait
    refused = isinstance(silence, Refused) and not isinstance(silence, Missing)
    return float("inf") if refused else 0.0


def _judge(check: RequiredCheck, states: States) -> Reading:
    found = {name: state for name, state in states.items() if matches(check.name, name)}
    if not found:
        text = f"no check {check.name!r} on this commit"
        return Reading(Outcome.FAIL, text, value="missing", threshold="success")
    worst = max((state.outcome for state in found.values()), key=lambda each: each.rank)
    if worst is Outcome.PASS:
        text = f"{len(found)} succeeded"
        return Reading(Outcome.PASS, text, value="success", threshold="success")
    said = [f"{name}: {state.word}" for name, state in found.items() if state.outcome is worst]
    return Reading(worst, ", ".join(said), value=said[0], threshold="success")


def matches(wanted: str, name: str) -> bool:
    """Tell whether a check is the wanted one, or belongs to its matrix.

    "Run Tests" is also "Run Tests (3.12)", and for GitLab "Run Tests: [3.12]" and "Run Tests 1/2".
    """
    if name == wanted or name.startswith((f"{wanted} (", f"{wanted}: [")):
        return True
    part = name.startswith(f"{wanted} ") and re.fullmatch(r"\d+/\d+", name[len(wanted) + 1 :])
    return bool(part) or fnmatch.fnmatchcase(name, wanted)


async def _shared(context: Context, pipeline: Pipeline) -> States:
    """Ask once for all checks that want to know at about the same time."""
    key, now = f"{pipeline.api} {pipeline.repository}", context.now()
    known = context.shared.get(key)
    if known is None or now - known[0] >= pipeline.every / 2:
        module, _, function = PROVIDERS[pipeline.provider].partition(":")
        ask: Callable[[Context, Pipeline], Awaitable[States]]
        ask = getattr(import_module(module), function)
        known = now, asyncio.ensure_future(ask(context, pipeline))
        context.shared[key] = known
    states: States = await asyncio.shield(known[1])
    return states
