"""What people read on GitHub. What a target said stands in code spans: there it names nobody."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from gonogo.core.commit import short
from gonogo.core.outcome import Stage
from gonogo.reporting.github.job import Job
from gonogo.reporting.github.told import Told
from gonogo.reporting.summary import NEXT, cell

MOST = 20  # reasons
LARGEST = 60_000  # characters of a body; GitHub takes 65,536
_TAIL, _WIDE = 60, 8000  # lines, characters


def marker(kind: str, told: Told) -> str:
    """Return what a text of ours begins with: by it the next run finds it."""
    return f"<!-- gonogo:{kind} {quote(told.project, safe='')}/{quote(told.target, safe='')} -->"


def issue_marker(told: Told) -> str:
    """Return the mark of an issue: one before the deploy says nothing of what serves."""
    return marker("issue-predeploy" if told.stage == Stage.PREDEPLOY else "issue", told)


def fingerprint(told: Told) -> str:
    """Return what changes with the decision or what led to it, not with what was measured."""
    named = sorted({f"{each.get('signal')} {each.get('check')}" for each in _leading(told)})
    return hashlib.sha256("\n".join([told.decision, *named]).encode()).hexdigest()[:16]


def _leading(told: Told) -> list[Mapping[str, Any]]:
    """Leave out what would have led to a milder decision: which checks ran at all may vary."""
    return [each for each in told.reasons if each.get("decision") == told.decision]


def state(told: Told) -> str:
    """Return the hidden line of an issue that says what it was last told."""
    return f"<!-- gonogo:state {told.decision} {fingerprint(told)} -->"


def one_line(told: Told, most: int) -> str:
    """Return the decision and the first reason, or what was checked, cut to a length."""
    first = next(iter(told.reasons), None)
    said = f"{named(first)}: {first.get('message') or ''}" if first else f"{told.passed} checks"
    partial = "" if told.complete or not told.passed else ", a partial run"
    text = " ".join(f"{told.decision}{partial}: {said}".split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def named(reason: Any) -> str:
    """Return the short name of what a reason is about: the key of its check, or its signal."""
    check = str(reason.get("check") or "")
    _, bracket, key = check.partition("[")
    return key.removesuffix("]") if bracket else check.rpartition("::")[2] or "gonogo"


def comment(told: Told, job: Job) -> str:
    """Return the text of a comment on a pull request."""
    lines = [marker("comment", told), *_head(told), *reasons(told), "", *facts(told, job)]
    return within("\n".join(lines))


def _head(told: Told) -> list[str]:
    return [
        f"### gonogo: {told.decision} for {cell(told.target)}{_aside(told)}",
        "",
        NEXT[told.decision],
    ]


def issue(told: Told, job: Job) -> str:
    """Return the text of an issue."""
    lines = [issue_marker(told), state(told), *_head(told), *reasons(told), ""]
    lines += [*facts(told, job), *_tail(told.summary)]
    return within("\n".join(lines))


def title(told: Told) -> str:
    """Return the title of an issue: stable while the reasons are."""
    names = list(dict.fromkeys(f"{r.get('signal')} {named(r)}" for r in _leading(told)))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    about = f": {names[0]}{more}" if names else ""
    return " ".join(f"{told.name}: {told.decision}{about}".split())[:250]


def facts(told: Told, job: Job) -> list[str]:
    """Return a table of what was looked at."""
    commit = job.head if job.head and told.commit == job.sha else told.commit
    rows = {
        "environment": cell(told.target),
        "address": cell(told.url),
        "commit": f"`{cell(short(commit))}`" if commit else "",
        "checks": f"{told.passed} passed" if told.passed else "",
        "seen": cell(told.at),
        "run": f"[{job.run.rpartition('/')[2]}]({job.run})" if job.run else "",
    }
    listed = [f"| {name} | {value} |" for name, value in rows.items() if value]
    return [f"| {cell(told.project)} | |", "|---|---|", *listed]


def reasons(told: Told) -> list[str]:
    """Return a table of what led to the decision, and what may be done next."""
    if not told.reasons:
        return []
    lines = ["", "| decision | signal | check | what was seen |", "|---|---|---|---|"]
    for each in told.reasons[:MOST]:
        cells = (each.get("signal"), named(each), each.get("message"))
        row = " | ".join(span(str(value)) if value else "" for value in cells)
        lines.append(f"| {cell(str(each.get('decision')))} | {row} |")
    if len(told.reasons) > MOST:
        lines.append(f"\n… and {len(told.reasons) - MOST} more in `decision.json`.")
    hints = [each["hint"] for each in told.reasons if isinstance(each.get("hint"), dict)]
    causes = {
        f"- {span(str(h.get('cause')))} Next: {span(str(h.get('next')))}": None for h in hints
    }
    return [*lines, *(["", "Likely causes:", "", *list(causes)[:MOST]] if causes else [])]


def span(value: str) -> str:
    """Return a code span of one line: no mention, no link, no markup."""
    plain = " ".join(value.split())[:500].replace("`", "'")
    return "`" + plain.replace("|", "\\|") + "`"


def _aside(told: Told) -> str:
    words = [w for w, true in (("shadow", told.shadow), ("partial", not told.complete)) if true]
    return f" ({', '.join(words)})" if words else ""


def _tail(summary: str) -> Iterable[str]:
    if not summary.strip():
        return []
    text = "\n".join(summary.strip().splitlines()[-_TAIL:])[-_WIDE:].replace("````", "''''")
    return [
        "",
        "<details><summary>summary.md</summary>",
        "",
        "````text",
        text,
        "````",
        "</details>",
    ]


def within(text: str) -> str:
    """Return a text that GitHub takes."""
    return text if len(text) <= LARGEST else f"{text[:LARGEST]}\n\n… cut here."
