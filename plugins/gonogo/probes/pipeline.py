"""Predeploy: what GitHub's check runs and commit statuses say about the commit."""

import asyncio
import fnmatch
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading, Trail
from gonogo.core.outcome import Outcome
from gonogo.core.pipeline import Pipeline, RequiredCheck
from gonogo.probes.context import Context
from gonogo.probes.github import asked

PAGE = 100  # the most that GitHub gives at once
PAGES = 20
States = dict[str, str]
_PENDING = {"queued", "in_progress", "pending", "waiting", "requested"}


async def concluded(context: Context, check: RequiredCheck) -> Observation:
    """Poll until the check has succeeded or failed, or `wait` is over.

    A check that is missing at the end fails; one that still runs, or an API that gives no answer,
    is no evidence.
    """
    if context.commit is None:
        text = "which commit? give --gonogo-commit"
        return Observation(Reading(Outcome.UNKNOWN, text))
    trail = Trail()
    until = context.now() + check.pipeline.wait
    while True:
        reading = await _read(context, check)
        trail.add(context.now(), context.stamp(), reading)
        left = until - context.now()
        decided = reading.outcome is not Outcome.UNKNOWN and reading.value != "missing"
        if decided or left <= 0:
            return trail.close("at the deadline" if reading.value == "missing" else None)
        context.progress(f"{check.slug}: {reading.text}, {seconds(left)} left")
        await context.sleep(min(check.pipeline.every, max(0.05, left)))


async def _read(context: Context, check: RequiredCheck) -> Reading:
    try:
        states = await _shared(context, check.pipeline)
    except EvidenceUnavailable as silence:
        return Reading(Outcome.UNKNOWN, str(silence))
    found = {name: state for name, state in states.items() if matches(check.name, name)}
    if not found:
        text = f"no check {check.name!r} on this commit"
        return Reading(Outcome.FAIL, text, value="missing", threshold="success")
    bad = [f"{n}: {s}" for n, s in found.items() if s not in _PENDING | {"success"}]
    if bad:
        return Reading(Outcome.FAIL, ", ".join(bad), value=bad[0], threshold="success")
    waiting = [f"{name}: {state}" for name, state in found.items() if state in _PENDING]
    if waiting:
        return Reading(Outcome.UNKNOWN, ", ".join(waiting), value=waiting[0], threshold="success")
    return Reading(Outcome.PASS, f"{len(found)} succeeded", value="success", threshold="success")


def matches(wanted: str, name: str) -> bool:
    """Tell whether a check is the wanted one; "Run Tests" is also "Run Tests (3.12)"."""
    return name == wanted or name.startswith(f"{wanted} (") or fnmatch.fnmatchcase(name, wanted)


async def _shared(context: Context, pipeline: Pipeline) -> States:
    """Ask once for all checks that want to know at about the same time."""
    key, now = f"{pipeline.api} {pipeline.repository}", context.now()
    known = context.shared.get(key)
    if known is None or now - known[0] >= pipeline.every / 2:
        known = now, asyncio.ensure_future(_states(context, pipeline))
        context.shared[key] = known
    states: States = await asyncio.shield(known[1])
    return states


async def _states(context: Context, pipeline: Pipeline) -> States:
    states: States = {}
    async for run in _listed(context, pipeline, "check-runs", "check_runs"):
        state = run.get("conclusion") if run.get("status") == "completed" else run.get("status")
        _keep(states, run.get("name"), state)
    async for status in _listed(context, pipeline, "status", "statuses"):
        _keep(states, status.get("context"), status.get("state"))
    return states


def _keep(states: States, name: Any, state: Any) -> None:
    """Of several with one name the worst stays; a state that is not known is none."""
    order = ("success", *sorted(_PENDING))
    new = str(state or "unknown")
    known = states.get(str(name))
    if known is None or known == "success" or (known in order and new not in order):
        states[str(name)] = new


async def _listed(
    context: Context, pipeline: Pipeline, path: str, key: str
) -> AsyncIterator[dict[str, Any]]:
    commit = quote(context.commit or "", safe="")
    base = f"{pipeline.api.rstrip('/')}/repos/{pipeline.repository}/commits/{commit}/{path}"
    for page in range(1, PAGES + 1):
        url = f"{base}?per_page={PAGE}&page={page}"
        document = await asked(context, url, pipeline.token, pipeline.every)
        entries = document.get(key) if isinstance(document, dict) else None
        if not isinstance(entries, list):
            raise EvidenceUnavailable(f"the answer of the API holds no {key}")
        for entry in entries:
            if isinstance(entry, dict):
                yield entry
        if len(entries) < PAGE:
            return
    raise EvidenceUnavailable(f"more than {PAGE * PAGES} {key}")
