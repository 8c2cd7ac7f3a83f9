"""What a history keeps of one run, taken from the record that the run has written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonogo.core.finding import Finding
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Deployment, Identity, PastRun, PastSample
from gonogo.core.replay import findings_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One run with all that belongs to it; `text` is its record as JSON."""

    run: PastRun
    findings: tuple[Finding, ...]
    samples: tuple[PastSample, ...]
    text: str


def entry_of(record: Mapping[str, Any], samples: Sequence[PastSample] = ()) -> Entry:
    """Read a record; raises KeyError or ValueError where it is none of ours."""
    deployment = record["deployment"]
    commit = deployment["commit"] or deployment["observed_commit"]
    run = PastRun(
        run_id=record["run_id"],
        target=record["target"],
        stage=Stage(record["stage"]),
        decision=Decision(record["decision"]),
        started=_epoch(record["started_at"]),
        finished=_epoch(record["finished_at"]),
        identity=Identity(deployment["id"], commit),
        complete=record["scope"] == "complete",
        shadow=bool(record["shadow"]),
        snapshot=bool(record.get("snapshot")),
        exit_code=int(record["exit_code"]),
        policy_hash=record["policy_hash"],
    )
    return Entry(run, findings_of(record), tuple(samples), json.dumps(record))


def seen(run: PastRun, known: Deployment | None) -> Deployment | None:
    """Return what a run makes of its deployment; None where it says nothing about one."""
    if not run.identity.key or run.snapshot or run.stage is Stage.PREDEPLOY:
        return None
    first = Deployment(run.identity, run.started, run.finished, run.decision)
    deployment = known or first
    later = run.finished >= deployment.last_seen and not run.shadow
    deployed = [] if deployment.deployed is None else [deployment.deployed]
    took = run.stage is Stage.POSTDEPLOY and run.decision is not Decision.BLOCK
    deployed += [run.started] if took else []  # what is blocked has never taken traffic
    proven = [] if deployment.proven is None else [deployment.proven]
    proven += [run.finished] if run.proven else []
    commit = deployment.identity.commit or run.identity.commit
    return Deployment(
        identity=Identity(deployment.identity.id, commit),
        first_seen=min(deployment.first_seen, run.started),
        last_seen=max(deployment.last_seen, run.finished),
        decision=run.decision if later else deployment.decision,
        deployed=min(deployed, default=None),
        proven=max(proven, default=None),
    )


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
