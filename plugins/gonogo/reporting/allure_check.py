"""One check as an Allure report describes it: what was asked and seen, each attempt, what to do."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import allure

from gonogo.core.clock import seconds
from gonogo.core.hint import Hint
from gonogo.core.observation import Attempt, Observation
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.reporting.redaction import Redact

DEGRADED = "degraded"
_COLOURS = {Outcome.PASS: "#2e7d32", Outcome.WARN: "#b26a00", Outcome.FAIL: "#c62828"}
_UNKNOWN = "#546e7a"
_CELL = 'style="text-align:left;vertical-align:top;padding:2px 12px 2px 0"'


@dataclass(frozen=True, slots=True)
class Described:
    """One question of a check, its answer, the rule of its signal, and what explains it."""

    name: str
    signal: str
    observation: Observation
    rule: Rule | None = None
    hint: Hint | None = None


def describe(checks: Iterable[Described], redact: Redact) -> None:
    """Set the description of the running test; a degraded one also gets a tag."""
    listed = list(checks)
    report: Any = allure.dynamic
    report.description_html(redact("".join(_html(each) for each in listed)))
    if any(each.observation.reading.outcome is Outcome.WARN for each in listed):
        report.tag(DEGRADED)


def _html(check: Described) -> str:
    observation, hint = check.observation, check.hint
    reading, clue = observation.reading, observation.reading.clue
    asked = f"{clue.method} {clue.origin}{clue.path}" if clue.origin else check.name
    last, first = observation.last_at, observation.first_at
    rows = {
        "Asked": asked,
        "Answer": reading.text,
        "Observed": reading.value or "",
        "Expected": reading.threshold or "",
        "Confirmed by": observation.confirmed_by or "",
        "First and last seen": f"{first} to {last}" if first and first != last else "",
        "A failure means": _meaning(check),
        "Likely cause": hint.cause if hint else "",
    }
    body = "".join(_row(name, html.escape(value)) for name, value in rows.items() if value)
    if hint:
        body += _row("Next", f"<code>{html.escape(hint.next)}</code>")
    return f"<table>{body}</table>{_attempts(observation)}"


def _row(name: str, value: str) -> str:
    return f"<tr><th {_CELL}>{name}</th><td {_CELL}>{value}</td></tr>"


def _meaning(check: Described) -> str:
    if check.rule is None:
        return ""
    return f"{check.rule.action.value} (signal {check.signal})"


def _attempts(observation: Observation) -> str:
    tries = observation.tries
    if len(tries) < 2:
        return ""
    more = f", the last {len(tries)}" if observation.attempts > len(tries) else ""
    head = "".join(f"<th {_CELL}>{name}</th>" for name in ("time", "outcome", "took", "seen"))
    rows = "".join(f"<tr>{_attempt(each)}</tr>" for each in tries)
    title = f"<h4>{observation.attempts} attempts{more} (UTC)</h4>"
    return f"{title}<table><tr>{head}</tr>{rows}</table>"


def _attempt(attempt: Attempt) -> str:
    colour = _COLOURS.get(attempt.outcome, _UNKNOWN)
    cells = (
        attempt.at[11:23],
        f'<b style="color:{colour}">{attempt.outcome}</b>',
        seconds(attempt.elapsed) if attempt.elapsed else "",
        html.escape(attempt.text),
    )
    return "".join(f"<td {_CELL}>{cell}</td>" for cell in cells)
