"""Predeploy: does anybody announce an incident that is still open?"""

from typing import Any
from urllib.parse import quote, urlencode

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.incident import AlertIssues, Incidents, StatusPage
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.probes.context import Context
from gonogo.probes.github import asked
from gonogo.probes.statuspage import overall
from gonogo.probes.witness import Missing

MOST = 5


async def announced(context: Context, incidents: Incidents) -> Observation:
    """Ask a status page, or the issues of a repository."""
    try:
        match incidents:
            case StatusPage():
                return Observation(await overall(context, incidents.url, incidents.slug))
            case AlertIssues():
                return Observation(await _issues(context, incidents))
    except EvidenceUnavailable as silence:
        return Observation(Reading(Outcome.UNKNOWN, str(silence)))


async def _issues(context: Context, alerts: AlertIssues) -> Reading:
    query = urlencode({"labels": alerts.label, "state": "open", "per_page": 100})
    base = f"{alerts.api.rstrip('/')}/repos/{alerts.repository}"
    found = await asked(context, f"{base}/issues?{query}", alerts.token)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise EvidenceUnavailable("the answer of the API holds no list of issues")
    open_issues = [_named(each) for each in found]
    if not open_issues:
        text = f"no open issue is labelled {alerts.label}"
        known = await _is_label(context, f"{base}/labels/{quote(alerts.label, safe='')}", alerts)
        if not known:
            text += ", and there is no such label: is it spelt so?"
        return Reading(Outcome.PASS if known else Outcome.WARN, text, value="0", threshold="0")
    text = f"open and labelled {alerts.label}: {', '.join(open_issues[:MOST])}"
    return Reading(Outcome.FAIL, text, value=str(len(open_issues)), threshold="0")


async def _is_label(context: Context, url: str, alerts: AlertIssues) -> bool:
    """False only where the API says no: a label that is mistyped finds no issue, ever."""
    try:
        await asked(context, url, alerts.token)
    except Missing:
        return False
    except EvidenceUnavailable:
        return True
    return True


def _named(issue: dict[str, Any]) -> str:
    return f"#{issue.get('number')} {str(issue.get('title', ''))[:80]}"
