"""Rows of the tables to plain objects and back."""

import json
import math
from typing import Any

from gonogo.core.finding import Finding
from gonogo.core.lasting import Sighting
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.past import Deployment, Identity, PastRun, PastSample, Rollback
from gonogo.history.entry import Entry


def plain(text: str | None) -> str | None:
    """PostgreSQL takes neither NUL nor half a character."""
    if text is None:
        return None
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def run_row(project: str, entry: Entry) -> dict[str, Any]:
    run = entry.run
    return {
        "run_id": run.run_id,
        "project": plain(project),
        "target": run.target,
        "stage": str(run.stage),
        "scope": "complete" if run.complete else "partial",
        "shadow": run.shadow,
        "snapshot": run.snapshot,
        "decision": str(run.decision),
        "exit_code": run.exit_code,
        "commit_id": plain(run.identity.commit),
        "deployment_id": plain(run.identity.id),
        "started": run.started,
        "finished": run.finished,
        "policy_hash": run.policy_hash,
        "record": entry.text,
    }


def run(row: Any) -> PastRun:
    return PastRun(
        run_id=row.run_id,
        target=row.target,
        stage=Stage(row.stage),
        decision=Decision(row.decision),
        started=row.started,
        finished=row.finished,
        identity=Identity(row.deployment_id, row.commit_id),
        complete=row.scope == "complete",
        shadow=bool(row.shadow),
        snapshot=bool(row.snapshot),
        exit_code=row.exit_code,
        policy_hash=row.policy_hash,
    )


def finding_row(run_id: str, position: int, finding: Finding) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "position": position,
        "check_id": plain(finding.check),
        "slug": plain(finding.slug),
        "service": plain(finding.service),
        "signal": plain(finding.signal),
        "outcome": str(finding.outcome),
        "finding": json.dumps(finding.flat()),
    }


def sighting(row: Any) -> Sighting:
    return Sighting(row.started, row.check_id, row.service, row.signal, Outcome(row.outcome))


def sample_row(run_id: str, sample: PastSample) -> dict[str, Any]:
    value = sample.value
    return {
        "run_id": run_id,
        "service": plain(sample.service),
        "signal": sample.signal,
        "series": plain(sample.series),
        "at": sample.at,
        "value": None if value is None or not math.isfinite(value) else value,
        "outcome": sample.outcome and str(sample.outcome),
        "labels": json.dumps(dict(sample.labels)),
    }


def sample(row: Any) -> PastSample:
    return PastSample(
        signal=row.signal,
        at=row.at,
        value=row.value,
        outcome=Outcome(row.outcome) if row.outcome else None,
        service=row.service,
        series=row.series,
        labels=json.loads(row.labels),
    )


def deployment_row(project: str, run: PastRun, deployment: Deployment) -> dict[str, Any]:
    return {
        "project": plain(project),
        "target": run.target,
        "deployment_key": plain(run.identity.key),
        "deployment_id": plain(deployment.identity.id),
        "commit_id": plain(deployment.identity.commit),
        "first_seen": deployment.first_seen,
        "last_seen": deployment.last_seen,
        "decision": str(deployment.decision),
        "deployed": deployment.deployed,
        "proven": deployment.proven,
    }


def deployment(row: Any) -> Deployment:
    return Deployment(
        identity=Identity(row.deployment_id, row.commit_id),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        decision=Decision(row.decision),
        deployed=row.deployed,
        proven=row.proven,
    )


def rollback_row(project: str, target: str, rollback: Rollback) -> dict[str, Any]:
    return {
        "project": plain(project),
        "target": target,
        "at": rollback.at,
        "source_key": rollback.source.key,
        "source_id": rollback.source.id,
        "source_commit": rollback.source.commit,
        "goal_id": rollback.goal.id,
        "goal_commit": rollback.goal.commit,
        "automatic": rollback.automatic,
        "outcome": plain(rollback.outcome),
        "run_id": rollback.run_id,
        "service": plain(rollback.service),
    }


def rollback(row: Any) -> Rollback:
    return Rollback(
        at=row.at,
        source=Identity(row.source_id, row.source_commit),
        goal=Identity(row.goal_id, row.goal_commit),
        automatic=bool(row.automatic),
        outcome=row.outcome,
        run_id=row.run_id,
        service=row.service,
    )
