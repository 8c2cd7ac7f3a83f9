"""What a status page with Statuspage's API says of a provider, or of one component of it."""

from typing import Any

from gonogo.core.answer import Request
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome
from gonogo.probes.context import Context
from gonogo.probes.witness import json_of

_INDICATORS = {
    "none": Outcome.PASS,
    "maintenance": Outcome.WARN,
    "minor": Outcome.WARN,
    "major": Outcome.FAIL,
    "critical": Outcome.FAIL,
}
_GOOD = "operational"
_COMPONENT = {
    _GOOD,
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "under_maintenance",
}


async def overall(context: Context, url: str, name: str) -> Reading:
    """Return what the page says as a whole; raises EvidenceUnavailable."""
    found = await json_of(context, Request(f"{url.rstrip('/')}/api/v2/status.json"))
    status = found.get("status") if isinstance(found, dict) else None
    stated: dict[str, Any] = status if isinstance(status, dict) else {}
    indicator = stated.get("indicator")
    if not isinstance(indicator, str) or indicator not in _INDICATORS:
        raise EvidenceUnavailable(f"{url} states no indicator that is known")
    text = f"{name}: {str(stated.get('description') or indicator)[:200]}"
    return Reading(_INDICATORS[indicator], text, value=indicator, threshold="none")


async def component(context: Context, url: str, name: str) -> Reading:
    """Return what the page says of one component; of several with that name, the worst."""
    found = await json_of(context, Request(f"{url.rstrip('/')}/api/v2/components.json"))
    listed = found.get("components") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise EvidenceUnavailable(f"{url} lists no components")
    named = [each for each in listed if isinstance(each, dict) and each.get("name") == name]
    if not named:
        raise EvidenceUnavailable(f"{url} lists no component {name!r}")
    states = [str(each.get("status")) for each in named]
    odd = next((state for state in states if state not in _COMPONENT), None)
    if odd is not None:
        raise EvidenceUnavailable(f"{url}: {name} is in a state that is not known: {odd[:40]}")
    state = next((each for each in states if each != _GOOD), _GOOD)
    outcome = Outcome.PASS if state == _GOOD else Outcome.FAIL
    text = f"{name} is {state.replace('_', ' ')}"
    return Reading(outcome, text, value=state, threshold=_GOOD)
