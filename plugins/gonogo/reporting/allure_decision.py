"""What a run decided, where a reader of an Allure report looks first.

A result of its own that sorts before all others, an error of the whole run (the banner), the
environment and the executor. The format is Allure's result files, versions 2 and 3.
"""

import hashlib
import html
import json
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gonogo.core.finding import Finding, observed_commit
from gonogo.core.outcome import Decision
from gonogo.core.outcome import Outcome as CheckOutcome
from gonogo.core.verdict import Reason, alike
from gonogo.reporting.allure_metrics import metrics_of
from gonogo.reporting.ci import run_of
from gonogo.reporting.record import About, Outcome, write_atomically
from gonogo.reporting.redaction import Redact, scrubbed
from gonogo.reporting.runbook import page_of
from gonogo.reporting.summary import NEXT

_STATUS = {
    CheckOutcome.PASS: "passed",
    CheckOutcome.WARN: "passed",
    CheckOutcome.FAIL: "failed",
    CheckOutcome.UNKNOWN: "broken",
}
# The first page reads these; a pattern has to match all of a message.
_CATEGORIES = [
    {"name": "The decision", "messageRegex": r"(ROLLBACK|BLOCK|HOLD|INCONCLUSIVE)  [\s\S]*"},
    {"name": "Blocked by level 1", "messageRegex": r"[\s\S]*not run, because level 1[\s\S]*"},
    {"name": "Evidence against", "matchedStatuses": ["failed"]},
    {"name": "No evidence", "matchedStatuses": ["broken", "skipped"]},
]
MOST = 200  # steps of the decision; the record has them all


def write(
    folder: Path, about: About, outcome: Outcome, redact: Redact, environ: Mapping[str, str]
) -> None:
    """Write the decision into a folder of Allure results; raises OSError."""
    result = {**_result(about, outcome), **_page(folder, outcome, redact)}
    _put(folder / f"{uuid.uuid4()}-result.json", result, redact)
    metrics = scrubbed(metrics_of(outcome.verdict.findings, _end(about)), redact)
    if metrics:
        write_atomically(folder / f"{uuid.uuid4()}-perf.json", json.dumps(metrics))
    if outcome.verdict.decision is not Decision.GO:
        said = f"{_title(outcome)}. {NEXT[str(outcome.verdict.decision)]}"
        error = {"message": said, "trace": _listed(outcome), "timestamp": _end(about)}
        _put(folder / f"{uuid.uuid4()}-globals.json", {"errors": [error]}, redact)
    write_atomically(folder / "categories.json", json.dumps(_CATEGORIES))
    executor = run_of(environ)
    if executor:
        _put(folder / "executor.json", executor, redact)
    lines = [f"{name}={value}" for name, value in _environment(about, outcome).items()]
    write_atomically(folder / "environment.properties", redact("\n".join(lines) + "\n"))


def write_lost(folder: Path, check: str, text: str, redact: Redact) -> None:
    """Write a result for a check whose worker crashed: Allure would not know that it existed."""
    path, _, name = check.partition("::")
    full = f"{path.removesuffix('.py').replace('/', '.')}#{name}"
    now = _milliseconds()
    body = {
        "uuid": str(uuid.uuid4()),
        "name": name,
        "fullName": full,
        "testCaseId": _digest(full),
        "historyId": _digest(full),
        "status": "broken",
        "stage": "finished",
        "statusDetails": {"message": text},
        "labels": [_label("tag", "worker-crash"), _label("suite", path)],
        "start": now,
        "stop": now,
    }
    _put(folder / f"{body['uuid']}-result.json", body, redact)


def _result(about: About, outcome: Outcome) -> dict[str, Any]:
    decision = outcome.verdict.decision
    full = f"gonogo.{about.plan.project}.{about.plan.target.name}#decision"
    labels = {
        "severity": "blocker",
        "epic": "00 DECISION",
        "feature": f"{about.plan.project} @ {about.plan.target.name}",
        "parentSuite": "00 DECISION",
        "layer": "decision",
        "tag": str(decision),
    }
    start = int(about.started.timestamp() * 1000) - 1  # first under the default order
    return {
        "uuid": str(uuid.uuid4()),
        "name": _title(outcome),
        "fullName": full,
        "testCaseId": _digest(full),
        "historyId": _digest(full),  # one history for all decisions of a target
        "status": "passed" if decision is Decision.GO else _status_of(decision),
        "stage": "finished",
        "statusDetails": {"message": _listed(outcome) or outcome.reason},
        "descriptionHtml": _description(about, outcome),
        "steps": [_step(finding, start) for finding in _by_weight(outcome)[:MOST]],
        "labels": [_label(name, value) for name, value in labels.items()],
        "start": start,
        "stop": max(start, _milliseconds()),
    }


def _page(folder: Path, outcome: Outcome, redact: Redact) -> dict[str, Any]:
    """What to do about this decision: a link to the team's page, or ours beside the result."""
    decision = outcome.verdict.decision
    name = f"Runbook: {decision}"
    if outcome.runbook is not None:
        return {"links": [{"name": name, "url": outcome.runbook, "type": "link"}]}
    page = page_of(decision)
    if page is None:
        return {}
    source = f"{uuid.uuid4()}-attachment.md"
    write_atomically(folder / source, redact(page))
    return {"attachments": [{"name": name, "source": source, "type": "text/markdown"}]}


def _status_of(decision: Decision) -> str:
    """No evidence is "broken" for Allure, evidence against is "failed"."""
    return "broken" if decision is Decision.INCONCLUSIVE else "failed"


def _title(outcome: Outcome) -> str:
    decision = outcome.verdict.decision
    reasons = [each for each in outcome.verdict.reasons if each.decision is decision]
    more = f", and {len(reasons) - 1} more like it" if len(reasons) > 1 else ""
    return f"DECISION: {decision} - {outcome.reason}{more}"


def _listed(outcome: Outcome) -> str:
    """One line a reason, or for several that say the same; each likely cause once, below it."""
    lines, unsaid = [], set(outcome.hints.values())
    for first, *others in alike(outcome.verdict.reasons)[:MOST]:
        more = f" (and {len(others)} more like it)" if others else ""
        lines.append(f"{_line(first)}{more}")
        hint = outcome.hints.get(first.finding.check)
        if hint is not None and hint in unsaid:
            unsaid.discard(hint)
            lines += [f"    {hint.cause}", f"    next: {hint.next}"]
    return "\n".join(lines)


def _line(reason: Reason) -> str:
    finding = reason.finding
    name = finding.slug or finding.check
    return f"{reason.decision}  {finding.signal}  {name}: {finding.message}"


def _description(about: About, outcome: Outcome) -> str:
    counts = outcome.verdict.counts
    passed = counts["passed"] + counts["warned"]
    facts = {
        "Next": NEXT[outcome.verdict.decision],
        "Checks": f"{passed} of {counts['total']} passed",
        "Target": about.plan.target.url,
        "Commit": about.commit or observed_commit(outcome.verdict.findings) or "not known",
        "Exit code": str(outcome.exit_code),
        "Policy": about.plan.policy.digest,
    }
    rows = "".join(
        f"<tr><th align='left'>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in facts.items()
    )
    hints = dict.fromkeys(outcome.hints.values())
    causes = "".join(
        f"<li>{html.escape(each.cause)}<br>next: <code>{html.escape(each.next)}</code></li>"
        for each in list(hints)[:MOST]
    )
    return f"<table>{rows}</table>" + (f"<h4>Likely causes</h4><ul>{causes}</ul>" if causes else "")


def _by_weight(outcome: Outcome) -> list[Finding]:
    return sorted(outcome.verdict.findings, key=lambda finding: -finding.outcome.rank)


def _step(finding: Finding, start: int) -> dict[str, Any]:
    name = f"{finding.slug or finding.check}: {finding.message or finding.outcome}"
    return {"name": name, "status": _STATUS[finding.outcome], "start": start, "stop": start}


def _environment(about: About, outcome: Outcome) -> dict[str, str]:
    """The first page shows the first five."""
    found = {
        "Decision": f"{outcome.verdict.decision} (exit code {outcome.exit_code})",
        "Target": f"{about.plan.project} @ {about.plan.target.name}",
        "URL": about.plan.target.url.rpartition("@")[2],
        "Stage": str(outcome.stage),
        "Commit": about.commit or observed_commit(outcome.verdict.findings) or "not known",
        "Deployment": about.deployment or "not known",
        "Scope": "partial" if outcome.partial else "complete",
        "Run": about.run_id,
    }
    return {name: " ".join(value.split()) for name, value in found.items()}


def _put(file: Path, body: Mapping[str, Any], redact: Redact) -> None:
    write_atomically(file, json.dumps(scrubbed(dict(body), redact), ensure_ascii=False))


def _label(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def _digest(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # Allure's own choice


def _end(about: About) -> int:
    return max(int(about.started.timestamp() * 1000), _milliseconds())


def _milliseconds() -> int:
    return int(time.time() * 1000)
