"""Which probe answers which kind of question: kind -> "module:function", imported on demand."""

from importlib import import_module
from typing import Any

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.probes.context import Context

PROBES = {
    "live": "gonogo.probes.liveness:alive",
    "pace": "gonogo.probes.liveness:pace",
    "release": "gonogo.probes.release:serving",
    "ready": "gonogo.probes.readiness:ready",
    "dependency": "gonogo.probes.readiness:reported",
    "endpoint": "gonogo.probes.endpoint:answered",
    "check": "gonogo.probes.pipeline:concluded",
    "incident": "gonogo.probes.incident:announced",
    "backup": "gonogo.probes.backup:fresh",
    "today": "gonogo.probes.today:healthy",
    "path": "gonogo.probes.paths:usable",
    "path-choice": "gonogo.probes.paths:chosen",
    "assets": "gonogo.probes.frontend.assets:loaded",
    "routes": "gonogo.probes.frontend.assets:routed",
    "headers": "gonogo.probes.frontend.guards:guarded",
    "plain": "gonogo.probes.frontend.guards:redirected",
    "cross-origin": "gonogo.probes.frontend.cors:crossed",
    "certificate": "gonogo.probes.endpoint:certified",
    "signal": "gonogo.metrics.level4:judged",
}
_WITH_RULE = {"today", "ready", "dependency", "signal"}


async def observe(ask: Any, context: Context, plan: Any) -> Observation:
    """Run the probe of a question. A probe that breaks is a silent witness, not a failure."""
    module, _, function = PROBES[ask.kind].partition(":")
    probe = getattr(import_module(module), function)
    more = (plan.policy.rules[ask.signal],) if ask.kind in _WITH_RULE else ()
    try:
        observation: Observation = await probe(context, ask.subject, *more)
    except Exception as error:  # noqa: BLE001 - whatever breaks here is ours, never the release's
        text = f"the probe broke: {type(error).__name__}: {error}"
        return Observation(Reading(Outcome.UNKNOWN, text))
    return observation
