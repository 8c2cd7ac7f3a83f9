"""The history in a database: SQLite in a file, or PostgreSQL for many runners."""

import json
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    text,
)

from gonogo.core.alert import State, Step
from gonogo.core.finding import Finding
from gonogo.core.guard import is_spent
from gonogo.core.lasting import Sighting
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Deployment, Mark, PastRun, PastSample, Rollback
from gonogo.history import rows
from gonogo.history.entry import Entry, seen
from gonogo.history.port import Change, History, Wanted, forgettable
from gonogo.history.schema import (
    ALERTS,
    BASELINES,
    DEPLOYMENTS,
    FINDINGS,
    ROLLBACKS,
    RUNS,
    SAMPLES,
)

_WRITERS = 7206547  # any number: the advisory lock of those who write
_OF_RUNS = [column for column in RUNS.c if column.name != "record"]
_IS_PROVEN = and_(
    RUNS.c.decision == str(Decision.GO),
    RUNS.c.stage != str(Stage.PREDEPLOY),
    RUNS.c.scope == "complete",
    RUNS.c.shadow.is_(False),
    RUNS.c.snapshot.is_(False),
)


class SqlHistory(History):
    """Each call is one short transaction."""

    def __init__(self, engine: Engine, project: str) -> None:
        self._engine = engine
        self._project = project

    @contextmanager
    def _writing(self) -> Generator[Connection]:
        """One writer at a time: what is read in here is still so when it is written."""
        options = self._engine.connect().execution_options(writes=True)
        with options as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITERS})"))
            yield connection

    def _all(self, query: Select[Any]) -> list[Row[Any]]:
        with self._engine.begin() as connection:
            return list(connection.execute(query))

    def keep(self, entry: Entry) -> None:
        run = entry.run
        findings = [
            rows.finding_row(run.run_id, position, each)
            for position, each in enumerate(entry.findings)
        ]
        with self._writing() as connection:
            known = select(RUNS.c.run_id).where(RUNS.c.run_id == run.run_id)
            if connection.execute(known).first() is not None:
                return
            connection.execute(insert(RUNS), [rows.run_row(self._project, entry)])
            _insert(connection, FINDINGS, findings)
            _insert(connection, SAMPLES, [rows.sample_row(run.run_id, s) for s in entry.samples])
            self._note_deployment(connection, run)

    def _note_deployment(self, connection: Connection, run: PastRun) -> None:
        table = DEPLOYMENTS
        place = (
            (table.c.project == self._project)
            & (table.c.target == run.target)
            & (table.c.deployment_key == run.identity.key)
        )
        row = connection.execute(select(table).where(place)).first()
        deployment = seen(run, None if row is None else rows.deployment(row))
        if deployment is None:
            return
        connection.execute(delete(table).where(place))
        values = rows.deployment_row(self._project, run, deployment)
        connection.execute(insert(table), [values])

    def find(self, wanted: Wanted) -> list[PastRun]:
        query = select(*_OF_RUNS).where(RUNS.c.project == self._project)
        if wanted.target is not None:
            query = query.where(RUNS.c.target == wanted.target)
        if wanted.since is not None:
            query = query.where(RUNS.c.started >= wanted.since)
        if wanted.until is not None:
            query = query.where(RUNS.c.started < wanted.until)
        if wanted.stages:
            query = query.where(RUNS.c.stage.in_([str(each) for each in wanted.stages]))
        if wanted.decisions:
            query = query.where(RUNS.c.decision.in_([str(each) for each in wanted.decisions]))
        newest = (RUNS.c.started.desc(), RUNS.c.run_id.desc())
        return [rows.run(row) for row in self._all(query.order_by(*newest).limit(wanted.limit))]

    def record(self, run_id: str) -> dict[str, Any] | None:
        found = self._all(select(RUNS.c.record).where(self._is(run_id)))
        record: dict[str, Any] | None = json.loads(found[0].record) if found else None
        return record

    def _is(self, run_id: str) -> Any:
        return (RUNS.c.run_id == run_id) & (RUNS.c.project == self._project)

    def findings(self, run_id: str) -> list[Finding]:
        query = select(FINDINGS.c.finding).where(FINDINGS.c.run_id == run_id)
        found = self._all(query.order_by(FINDINGS.c.position))
        return [Finding.from_flat(json.loads(row.finding)) for row in found]

    def sightings(self, target: str, checks: Collection[str], since: float) -> list[Sighting]:
        query = (
            select(RUNS.c.started, FINDINGS)
            .join(RUNS, RUNS.c.run_id == FINDINGS.c.run_id)
            .where(RUNS.c.project == self._project, RUNS.c.target == target)
            .where(RUNS.c.stage == str(Stage.SCHEDULED), RUNS.c.started >= since)
            .where(FINDINGS.c.check_id.in_([rows.plain(each) for each in checks]))
        )
        newest = (RUNS.c.started.desc(), RUNS.c.run_id.desc(), FINDINGS.c.position)
        return [rows.sighting(row) for row in self._all(query.order_by(*newest))]

    def add_samples(self, run_id: str, samples: Sequence[PastSample]) -> None:
        with self._writing() as connection:
            _insert(connection, SAMPLES, [rows.sample_row(run_id, each) for each in samples])

    def samples(self, run_id: str, signal: str | None = None) -> list[PastSample]:
        query = select(SAMPLES).where(SAMPLES.c.run_id == run_id)
        if signal is not None:
            query = query.where(SAMPLES.c.signal == signal)
        return [rows.sample(row) for row in self._all(query.order_by(SAMPLES.c.at))]

    def series(self, target: str, signal: str, since: float) -> list[PastSample]:
        query = (
            select(SAMPLES)
            .join(RUNS, RUNS.c.run_id == SAMPLES.c.run_id)
            .where(RUNS.c.project == self._project, RUNS.c.target == target)
            .where(SAMPLES.c.signal == signal, SAMPLES.c.at >= since)
        )
        return [rows.sample(row) for row in self._all(query.order_by(SAMPLES.c.at))]

    def _of(self, table: Table, target: str) -> Select[Any]:
        return select(table).where(table.c.project == self._project, table.c.target == target)

    def deployments(self, target: str) -> list[Deployment]:
        query = self._of(DEPLOYMENTS, target).order_by(DEPLOYMENTS.c.last_seen.desc())
        return [rows.deployment(row) for row in self._all(query)]

    def add_rollback(self, target: str, rollback: Rollback) -> None:
        row = rows.rollback_row(self._project, target, rollback)
        keys = ("project", "target", "at", "source_key")
        with self._writing() as connection:
            same = [ROLLBACKS.c[key] == row[key] for key in keys]
            connection.execute(delete(ROLLBACKS).where(*same))
            connection.execute(insert(ROLLBACKS), [row])

    def claim_rollback(self, target: str, rollback: Rollback) -> bool:
        with self._writing() as connection:
            found = connection.execute(self._of(ROLLBACKS, target))
            if is_spent([rows.rollback(row) for row in found], rollback):
                return False
            row = rows.rollback_row(self._project, target, rollback)
            connection.execute(insert(ROLLBACKS), [row])
        return True

    def rollbacks(self, target: str, since: float = 0.0) -> list[Rollback]:
        query = self._of(ROLLBACKS, target).where(ROLLBACKS.c.at >= since)
        return [rows.rollback(row) for row in self._all(query.order_by(ROLLBACKS.c.at.desc()))]

    def add_mark(self, target: str, mark: Mark) -> None:
        row = {"project": self._project, "target": target, "at": mark.at, "kind": mark.kind}
        row |= {"run_id": mark.run_id, "why": rows.plain(mark.why)}
        with self._writing() as connection:
            connection.execute(insert(BASELINES), [row])

    def marks(self, target: str) -> list[Mark]:
        found = self._all(self._of(BASELINES, target).order_by(BASELINES.c.at.desc()))
        return [Mark(row.at, row.kind, row.run_id, row.why) for row in found]

    def alerted(self, target: str, group: str, change: Change) -> Step:
        place = {"project": self._project, "target": target, "stage_group": group}
        same = [ALERTS.c[key] == value for key, value in place.items()]
        with self._writing() as connection:
            row = connection.execute(select(ALERTS.c.state).where(*same)).first()
            step = change(State() if row is None else State.from_flat(json.loads(row.state)))
            connection.execute(delete(ALERTS).where(*same))
            state = json.dumps(step.state.flat())
            connection.execute(insert(ALERTS), [{**place, "state": state}])
        return step

    def prune(self, before: float, most: int = 200) -> int:
        ours = RUNS.c.project == self._project
        query = select(*_OF_RUNS).where(ours, RUNS.c.finished < before)
        old = [rows.run(row) for row in self._all(query.order_by(RUNS.c.finished).limit(most))]
        if not old:
            return 0
        last = select(RUNS.c.target, func.max(RUNS.c.started)).where(ours, _IS_PROVEN)
        kept = {tuple(row) for row in self._all(last.group_by(RUNS.c.target))}
        pins = self._all(select(BASELINES.c.run_id).where(BASELINES.c.project == self._project))
        gone = forgettable(old, kept, {row.run_id for row in pins})
        with self._writing() as connection:
            for table in (SAMPLES, FINDINGS, RUNS):
                connection.execute(delete(table).where(table.c.run_id.in_(gone)))
        return len(gone)


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
