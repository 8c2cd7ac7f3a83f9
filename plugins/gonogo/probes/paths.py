"""Predeploy: by which path can this release be deployed now? The first usable one is taken."""

import asyncio
from collections.abc import Awaitable

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.path import ApiPath, DeployPath, LocalPath
from gonogo.probes.context import Context
from gonogo.probes.statuspage import component, overall
from gonogo.probes.tokens import accepted
from gonogo.probes.worktree import ready

_GOOD = {Outcome.PASS, Outcome.WARN}


async def usable(context: Context, path: DeployPath) -> Observation:
    """Tell whether one path can be used now."""
    return Observation(await _shared(context, path))


async def chosen(context: Context, paths: tuple[DeployPath, ...]) -> Observation:
    """Name the first path that can be used; it goes into the record.

    Where none can be used, one that gave no answer leaves it open; without such, nothing is left.
    """
    readings = await asyncio.gather(*(_shared(context, path) for path in paths))
    for path, reading in zip(paths, readings, strict=True):
        if reading.outcome in _GOOD:
            best = Reading(Outcome.PASS, f"{path.slug} can be used", value=path.slug)
            return Observation(best, facts={"deploy_path": path.slug})
    said = [f"{p.slug}: {r.text}" for p, r in zip(paths, readings, strict=True)]
    unknown = any(reading.outcome is Outcome.UNKNOWN for reading in readings)
    outcome = Outcome.UNKNOWN if unknown else Outcome.FAIL
    text = f"no path is known to be usable: {'; '.join(said)}"
    return Observation(Reading(outcome, text, value="none", threshold="one usable path"))


async def _shared(context: Context, path: DeployPath) -> Reading:
    """Ask once for the path's own check and for the choice between all."""
    key = f"deploy-path {path.slug}"
    if key not in context.shared:
        task = asyncio.ensure_future(_read(context, path))
        context.shared[key] = (context.now(), task)
    reading: Reading = await asyncio.shield(context.shared[key][1])
    return reading


async def _read(context: Context, path: DeployPath) -> Reading:
    if isinstance(path, LocalPath):
        return await _calm(asyncio.to_thread(ready, path, context.commit))
    if path.token is None:
        names = " or ".join(path.variables)
        return Reading(Outcome.FAIL, f"no token; fix: set {names}", value="no token")
    readings = await asyncio.gather(
        _calm(_announced(context, path)), _calm(accepted(context, path, path.token))
    )
    worst = max(readings, key=lambda reading: reading.outcome.rank)
    if worst.outcome in _GOOD:
        return Reading(worst.outcome, ", ".join(reading.text for reading in readings))
    return worst


async def _announced(context: Context, path: ApiPath) -> Reading:
    if path.page is None:
        return Reading(Outcome.PASS, "no status page is asked")
    if path.component is None:
        return await overall(context, path.page, "its status page says")
    return await component(context, path.page, path.component)


async def _calm(question: Awaitable[Reading]) -> Reading:
    """One path that breaks must not take the others with it."""
    try:
        return await question
    except EvidenceUnavailable as silence:
        return Reading(Outcome.UNKNOWN, str(silence))
    except Exception as error:  # noqa: BLE001 - ours, and no reason to use this path
        return Reading(Outcome.UNKNOWN, f"the probe broke: {type(error).__name__}: {error}")
