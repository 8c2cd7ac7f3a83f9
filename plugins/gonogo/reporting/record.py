"""The record: `decision.json`, PENDING first, replaced atomically at the end."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gonogo.config.load import Plan
from gonogo.core.clock import rfc3339
from gonogo.core.finding import observed_commit
from gonogo.core.guard import Standing
from gonogo.core.hint import Hint
from gonogo.core.outcome import Decision, Stage
from gonogo.core.outcome import Outcome as CheckOutcome
from gonogo.core.verdict import Reason, Verdict
from gonogo.reporting.redaction import Redact, scrubbed


@dataclass(frozen=True)
class About:
    """What is known before anything was probed."""

    run_id: str
    plan: Plan
    folder: Path
    started: datetime
    expires: timedelta
    stage: Stage | None = None  # None: not said, the selected suites will tell
    shadow: bool = False
    commit: str | None = None
    deployment: str | None = None
    emergency: str | None = None
    baseline_url: str | None = None
    thrown_away: bool = False

    @property
    def file(self) -> Path:
        """Where the record is."""
        return self.folder / "decision.json"


@dataclass(frozen=True)
class Outcome:
    """What is known at the end."""

    verdict: Verdict
    stage: Stage
    exit_code: int
    partial: bool
    standing: Standing = field(default_factory=Standing)
    hints: Mapping[str, Hint] = field(default_factory=dict)  # by check
    runbook: str | None = None  # the team's own page

    @property
    def reason(self) -> str:
        """The strongest reason in one line; GO has none."""
        first = next(iter(self.verdict.reasons), None)
        return _line(first) if first else Decision.GO.meaning


def _line(reason: Reason) -> str:
    finding = reason.finding
    note = f" ({reason.note})" if reason.note else ""
    name = finding.slug or finding.check
    return " ".join(f"{name}: {finding.message}{note}".split()).removeprefix(": ")


def write_pending(about: About) -> None:
    """Write the record of a run that has not decided: whoever reads it must not proceed."""
    head = _head(about, about.stage)
    _replace(about.file, {**head, "decision": "PENDING", "exit_code": None})


def write(about: About, outcome: Outcome, redact: Redact) -> dict[str, Any]:
    """Replace the record by the final one, and return what was written."""
    verdict = outcome.verdict
    finished = datetime.now(UTC)
    body = {
        **_head(about, outcome.stage),
        "scope": "partial" if outcome.partial else "complete",
        "decision": str(verdict.decision),
        "exit_code": outcome.exit_code,
        "deployment": {
            "id": about.deployment,
            "commit": about.commit,
            "observed_commit": observed_commit(verdict.findings),
        },
        **_past(verdict, outcome.standing),
        "reasons": [_reason(reason, outcome.hints) for reason in verdict.reasons],
        "guard": dict(verdict.guard),
        "counts": dict(verdict.counts),
        "levels": {k: v and str(v) for k, v in verdict.levels.items()},
        "checks": [_check(finding) for finding in verdict.findings],
        "deploy_path": None,
        "runbook": outcome.runbook,
        **_facts(verdict),
        "finished_at": rfc3339(finished),
        "duration_s": round((finished - about.started).total_seconds(), 3),
        "expires_at": rfc3339(finished + about.expires),
    }
    answer = {name: body[name] for name in ("decision", "exit_code", "scope", "stage")}
    written = {**scrubbed(body, redact), **answer}  # a secret may be an odd word
    _replace(about.file, written)
    return written


def _head(about: About, stage: Stage | None) -> dict[str, Any]:
    return {
        "schema": 1,
        "run_id": about.run_id,
        "project": about.plan.project,
        "target": about.plan.target.name,
        "url": without_userinfo(about.plan.target.url),
        "stage": stage and str(stage),
        "shadow": about.shadow,
        "emergency": about.emergency,
        "baseline_url": about.baseline_url and without_userinfo(about.baseline_url),
        "policy_hash": about.plan.policy.digest,
        "started_at": rfc3339(about.started),
    }


def without_userinfo(url: str) -> str:
    """Return a URL as the record shows it."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _past(verdict: Verdict, standing: Standing) -> dict[str, Any]:
    """What came from the history: with it, a decision can be taken again from its record."""
    failing = {each.check for each in verdict.findings if each.outcome is CheckOutcome.FAIL}
    before = standing.failed_before
    previous = standing.previous
    return {
        "previous": {
            "id": previous.id,
            "commit": previous.commit,
            "restorable": standing.restorable,
        },
        "within_rollback_window": standing.in_window,
        "failed_before": None if before is None else sorted(before & failing),
        "history_problem": standing.problem,
    }


def _reason(reason: Reason, hints: Mapping[str, Hint]) -> dict[str, Any]:
    finding = reason.finding
    hint = hints.get(finding.check)
    message = f"{finding.message} ({reason.note})" if reason.note else finding.message
    return {
        "signal": finding.signal,
        "decision": str(reason.decision),
        "outcome": str(finding.outcome),
        "check": finding.check,
        "service": finding.service,
        "message": message,
        "note": reason.note,
        "observed": finding.observed,
        "threshold": finding.threshold,
        "confirmed_by": finding.confirmed_by,
        "first_at": finding.first_at,
        "last_at": finding.last_at,
        "hint": None if hint is None else asdict(hint),
    }


def _facts(verdict: Verdict) -> dict[str, Any]:
    """Merge what the checks found out beside their outcome, such as `deploy_path`."""
    return {name: value for finding in verdict.findings for name, value in finding.facts.items()}


def _check(finding: Any) -> dict[str, Any]:
    return {
        "id": finding.check,
        "slug": finding.slug,
        "level": finding.level,
        "service": finding.service,
        "signal": finding.signal,
        "outcome": str(finding.outcome),
        "observed": finding.observed,
        "attempts": finding.attempts + finding.reruns,
        "duration_s": finding.duration_s,
        "message": finding.message,
        "threshold": finding.threshold,
        "confirmed_by": finding.confirmed_by,
        "critical": finding.critical,
        "required": finding.required,
        "reruns": finding.reruns,
        "where": finding.where,
    }


def _replace(file: Path, body: Mapping[str, Any]) -> None:
    """Write beside the file and rename: a reader sees the old record or the new one."""
    write_atomically(file, json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def write_atomically(file: Path, text: str) -> None:
    """Replace a file in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as output:
            output.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_outputs(environ: Mapping[str, str], outcome: Outcome, redact: Redact) -> None:
    """Append the outputs of a GitHub step, where this is one."""
    path = environ.get("GITHUB_OUTPUT")
    if not path:
        return
    decision = outcome.verdict.decision
    lines = [f"decision={decision}", f"exit_code={outcome.exit_code}"]
    lines.append(f"reason={redact(outcome.reason)}")
    with Path(path).open("a", encoding="utf-8", errors="backslashreplace") as output:
        output.write("\n".join(lines) + "\n")
