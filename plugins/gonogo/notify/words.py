"""The words of a message: what happened in one line, why, since when, and what to do next."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gonogo.core.age import long
from gonogo.core.alert import Alert, Event
from gonogo.core.alert_record import reason_of
from gonogo.core.notice import TITLE, Route
from gonogo.core.outcome import Decision
from gonogo.reporting.ci import run_of
from gonogo.reporting.redaction import Redact
from gonogo.reporting.summary import NEXT

Record = Mapping[str, Any]
MOST = 5  # reasons
LONGEST = 300  # characters of a reason
_KINDS = {
    Decision.ROLLBACK: "failure",
    Decision.BLOCK: "failure",
    Decision.HOLD: "warning",
    Decision.INCONCLUSIVE: "warning",
}


def kind_of(alert: Alert) -> str:
    """Return how serious an alert is, in the words of Apprise."""
    return "success" if alert.event is Event.RECOVERED else _KINDS.get(alert.decision, "info")


def worded(
    alert: Alert, record: Record, route: Route, environ: Mapping[str, str], redact: Redact
) -> tuple[str, str]:
    """Return title and body; a shadow run says in its title that nothing depended on it."""
    known = fields(alert, record, environ)
    title = (route.title or TITLE).format_map(known)
    body = usual(alert, known) if route.body is None else route.body.format_map(known)
    shadow = "[shadow] " if record.get("shadow") else ""
    return redact(shadow + " ".join(title.split())), redact(_harmless(body))


def fields(alert: Alert, record: Record, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a template may name: all of `core.notice.FIELDS`, as text."""
    reasons = record["reasons"]
    deployment = record.get("deployment") or {}
    finished = datetime.fromisoformat(record["finished_at"]).timestamp()
    recovered = alert.event is Event.RECOVERED
    return {
        "what": _what(alert),
        "decision": str(alert.decision),
        "was": str(alert.was or Decision.GO),
        "event": str(alert.event),
        "project": str(record.get("project") or ""),
        "target": str(record.get("target") or ""),
        "url": str(record.get("url") or ""),
        "stage": str(record["stage"]),
        "commit": str(deployment.get("observed_commit") or deployment.get("commit") or ""),
        "since": datetime.fromtimestamp(alert.since, UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "lasted": long(max(0.0, finished - alert.since)),
        "reason": alert.before if recovered or not reasons else reason_of(reasons[0])[:LONGEST],
        "reasons": "\n".join(_listed(reasons)),
        "next": "Nothing: it is over." if recovered else _next(alert, reasons),
        "run": run_of(environ).get("buildUrl", ""),
    }


def usual(alert: Alert, known: Mapping[str, str]) -> str:
    """Return the body that is sent where no other is configured."""
    values = defaultdict(str, known)
    if alert.event is Event.RECOVERED:
        lines = [f"GO after {values['lasted']} of {alert.was}. It was: {alert.before}"]
    elif alert.event is Event.CHANGED:
        lines = [f"Before it was {alert.was}: {alert.before}", values["reasons"]]
    else:
        lines = [values["reasons"] or "Every required check has positive evidence."]
    facts = {"target": values["url"], "commit": values["commit"], "stage": values["stage"]}
    if alert.event is not Event.GO:
        facts |= {"since": f"{values['since']} ({values['lasted']})"}
    facts |= {"next": values["next"], "run": values["run"]}
    lines += ["", *(f"{name}: {value}" for name, value in facts.items() if value)]
    if alert.held:
        lines += ["", f"{alert.held} messages before this one were held back by at-most."]
    return "\n".join(lines)


def _what(alert: Alert) -> str:
    match alert.event:
        case Event.RECOVERED:
            return f"recovered from {alert.was}"
        case Event.REMINDER:
            return f"still {alert.decision}"
        case Event.CHANGED if alert.was is alert.decision:
            return f"{alert.decision}, for another reason"
        case Event.CHANGED:
            return f"{alert.decision}, was {alert.was}"
        case _:
            return str(alert.decision)


def _next(alert: Alert, reasons: list[Record]) -> str:
    """Return what to do next, and the likely cause where the strongest reason has one."""
    hint = (reasons[0].get("hint") if reasons else None) or {}
    likely = f" {hint['cause']}; run: {hint['next']}" if hint else ""
    return f"{NEXT[alert.decision]}{likely}"


def _listed(reasons: list[Record]) -> list[str]:
    lines = [
        f"- {each.get('decision')} {each.get('signal')}: {reason_of(each)[:LONGEST]}"
        for each in reasons[:MOST]
    ]
    more = len(reasons) - MOST
    return [*lines, f"- and {more} more"] if more > 0 else lines


def _harmless(text: str) -> str:
    """What a target answers must not call everybody in a channel."""
    for call in ("@everyone", "@here", "@channel", "<!", "<@"):
        text = text.replace(call, f"{call[0]}\u200b{call[1:]}")
    return text
