"""What the gate and the checks ask of a history."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from gonogo.core.guard import SNAPSHOT_S, Past
from gonogo.core.lasting import Row
from gonogo.core.migration_guard import FACT, allows_rollback
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.past import Deployment, Identity, PastRun
from gonogo.history.port import History, Wanted

_AFTER = (Stage.POSTDEPLOY, Stage.SCHEDULED)
_RECENT = 200


@dataclass(frozen=True, slots=True)
class Situation:
    """What is deployed where, as far as a run knows; it began at `started`, in epoch seconds."""

    target: str
    current: Identity
    stage: Stage
    started: float
    migrations: bool = False  # whether [release] migrations is configured


def past_of(history: History, now: Situation) -> tuple[Past, Identity]:
    """Return what guards ask for, and which deployment is the current one.

    A deployment that no run has seen yet was deployed when this one began.
    """
    target = now.target
    deployments = history.deployments(target)
    runs = history.find(Wanted(target, stages=_AFTER, limit=_RECENT))
    serving = tuple(run for run in runs if run.of_what_serves)
    past = Past(deployments, history.rollbacks(target), serving)
    current = past.presumed(now.current, now.stage)
    failed = _failed_before(
        history, target, current, _first_seen(deployments, current, now.started)
    )
    schema, previous = None, past.previous(current)
    if now.migrations and previous is not None:
        schema = _schema_allows(history, target, current, previous.identity)
    return replace(past, failed_before=failed, schema_allows=schema), current


def _first_seen(deployments: list[Deployment], current: Identity, started: float) -> float:
    seen = [each.first_seen for each in deployments if each.identity.same(current)]
    return min([started, *seen])


def _failed_before(
    history: History, target: str, current: Identity, deployed: float
) -> frozenset[str] | None:
    """Return the checks that failed when they were last asked before the deploy."""
    found = history.find(Wanted(target, since=deployed - SNAPSHOT_S, until=deployed))
    before = [run for run in found if _is_before(run, current)]
    last: dict[str, Outcome] = {}
    for run in before:  # the newest comes first
        for finding in history.findings(run.run_id):
            if finding.outcome is not Outcome.UNKNOWN:
                last.setdefault(finding.check, finding.outcome)
    failed = (check for check, outcome in last.items() if outcome is Outcome.FAIL)
    return frozenset(failed) if before else None


def _is_before(run: PastRun, current: Identity) -> bool:
    """What was asked before a deploy on purpose speaks about what served then."""
    if run.snapshot or run.stage is Stage.PREDEPLOY:
        return True
    return bool(current.key) and not run.identity.same(current)


def _schema_allows(history: History, target: str, current: Identity, goal: Identity) -> bool | None:
    """Tell whether the version to go back to can run on the schema of now; see the guard.

    Only predeploy runs say what they would migrate; those that were not asked to say nothing.
    """
    runs = history.find(Wanted(target, stages=(Stage.PREDEPLOY,), limit=_RECENT))
    since: list[dict[str, Any]] = []
    for run in (run for run in runs if not run.shadow):
        if not since and not run.identity.same(current):
            continue  # later than the deployment in question
        record = history.record(run.run_id) or {}
        if FACT not in record:
            continue
        if run.identity.same(goal):
            return allows_rollback(record, since[::-1])
        since.append(record)
    return allows_rollback(None, since[::-1])


def row_of(history: History, target: str, checks: Collection[str]) -> Row:
    """Return the scheduled runs of what was deployed last, and what they saw of some checks."""
    deployed = [each.deployed for each in history.deployments(target)]
    since = max((at for at in deployed if at is not None), default=0.0)
    runs = history.find(Wanted(target, since, stages=(Stage.SCHEDULED,), limit=_RECENT))
    first = min((run.started for run in runs), default=since)
    return Row([run.started for run in runs], history.sightings(target, checks, first))


def last_word(history: History, target: str, commit: str) -> tuple[PastRun | None, PastRun | None]:
    """Return the last proven run of a commit there, and a later one that says otherwise.

    A partial run counts only where it speaks against the commit.
    """
    runs = history.find(Wanted(target, stages=_AFTER, limit=10 * _RECENT))
    of_it = [r for r in runs if r.of_what_serves and r.identity.same(Identity(commit=commit))]
    telling = [r for r in of_it if r.complete or r.decision in _AGAINST]
    proven = next((run for run in telling if run.proven), None)
    newest = next(iter(telling), None)
    return proven, None if newest is proven else newest


_AGAINST = {Decision.HOLD, Decision.BLOCK, Decision.ROLLBACK}


def last_coverage(history: History, target: str) -> float | None:
    """Return the coverage that the last complete, unshadowed GO of a target has recorded."""
    runs = history.find(Wanted(target, decisions=(Decision.GO,), limit=_RECENT))
    for run in runs:
        if run.complete and not run.shadow:
            ratio = (history.record(run.run_id) or {}).get("coverage")
            if isinstance(ratio, int | float):
                return float(ratio)
    return None
