"""The tables, and the steps that bring an older database to their shape.

A step that was ever released is never changed: a new shape is a new step at the end. Types are
those that SQLite and PostgreSQL both know. Times are UTC epoch seconds.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Float, Integer, MetaData, Table, Text, inspect, text

from gonogo.history.failure import Unavailable

if TYPE_CHECKING:
    from sqlalchemy import Connection

STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE gonogo_runs (run_id TEXT PRIMARY KEY, project TEXT NOT NULL,"
        " target TEXT NOT NULL, stage TEXT NOT NULL, scope TEXT NOT NULL,"
        " shadow BOOLEAN NOT NULL, decision TEXT NOT NULL, exit_code INTEGER NOT NULL,"
        " commit_id TEXT, deployment_id TEXT, started DOUBLE PRECISION NOT NULL,"
        " finished DOUBLE PRECISION NOT NULL, policy_hash TEXT NOT NULL, record TEXT NOT NULL)",
        "CREATE INDEX gonogo_runs_by_time ON gonogo_runs (project, target, started)",
        "CREATE TABLE gonogo_findings (run_id TEXT NOT NULL, position INTEGER NOT NULL,"
        " check_id TEXT NOT NULL, slug TEXT NOT NULL, service TEXT, signal TEXT NOT NULL,"
        " outcome TEXT NOT NULL, finding TEXT NOT NULL, PRIMARY KEY (run_id, position))",
        "CREATE TABLE gonogo_samples (run_id TEXT NOT NULL, service TEXT NOT NULL,"
        " signal TEXT NOT NULL, series TEXT NOT NULL, at DOUBLE PRECISION NOT NULL,"
        " value DOUBLE PRECISION, outcome TEXT, labels TEXT NOT NULL)",
        "CREATE INDEX gonogo_samples_by_run ON gonogo_samples (run_id, signal, at)",
        "CREATE TABLE gonogo_deployments (project TEXT NOT NULL, target TEXT NOT NULL,"
        " deployment_key TEXT NOT NULL, deployment_id TEXT, commit_id TEXT,"
        " first_seen DOUBLE PRECISION NOT NULL, last_seen DOUBLE PRECISION NOT NULL,"
        " decision TEXT NOT NULL, deployed DOUBLE PRECISION, proven DOUBLE PRECISION,"
        " PRIMARY KEY (project, target, deployment_key))",
    ),
    (
        "ALTER TABLE gonogo_runs ADD COLUMN snapshot BOOLEAN NOT NULL DEFAULT FALSE",
        "CREATE TABLE gonogo_rollbacks (project TEXT NOT NULL, target TEXT NOT NULL,"
        " at DOUBLE PRECISION NOT NULL, source_key TEXT NOT NULL, source_id TEXT,"
        " source_commit TEXT, goal_id TEXT, goal_commit TEXT, automatic BOOLEAN NOT NULL,"
        " outcome TEXT NOT NULL, run_id TEXT, service TEXT,"
        " PRIMARY KEY (project, target, at, source_key))",
        "CREATE TABLE gonogo_baselines (project TEXT NOT NULL, target TEXT NOT NULL,"
        " at DOUBLE PRECISION NOT NULL, kind TEXT NOT NULL, run_id TEXT, why TEXT NOT NULL)",
    ),
    (
        "CREATE TABLE gonogo_alerts (project TEXT NOT NULL, target TEXT NOT NULL,"
        " stage_group TEXT NOT NULL, state TEXT NOT NULL,"
        " PRIMARY KEY (project, target, stage_group))",
    ),
)
VERSION = len(STEPS)
_BOTH_WRITE = 7206546  # any number: the advisory lock of those who change this schema

METADATA = MetaData()


def _table(name: str, **types: type) -> Table:
    columns: list[Column[Any]] = [Column(column, kind) for column, kind in types.items()]
    return Table(f"gonogo_{name}", METADATA, *columns)


RUNS = _table(
    "runs",
    run_id=Text,
    project=Text,
    target=Text,
    stage=Text,
    scope=Text,
    shadow=Boolean,
    decision=Text,
    exit_code=Integer,
    commit_id=Text,
    deployment_id=Text,
    started=Float,
    finished=Float,
    policy_hash=Text,
    record=Text,
    snapshot=Boolean,
)
FINDINGS = _table(
    "findings",
    run_id=Text,
    position=Integer,
    check_id=Text,
    slug=Text,
    service=Text,
    signal=Text,
    outcome=Text,
    finding=Text,
)
SAMPLES = _table(
    "samples",
    run_id=Text,
    service=Text,
    signal=Text,
    series=Text,
    at=Float,
    value=Float,
    outcome=Text,
    labels=Text,
)
DEPLOYMENTS = _table(
    "deployments",
    project=Text,
    target=Text,
    deployment_key=Text,
    deployment_id=Text,
    commit_id=Text,
    first_seen=Float,
    last_seen=Float,
    decision=Text,
    deployed=Float,
    proven=Float,
)
ROLLBACKS = _table(
    "rollbacks",
    project=Text,
    target=Text,
    at=Float,
    source_key=Text,
    source_id=Text,
    source_commit=Text,
    goal_id=Text,
    goal_commit=Text,
    automatic=Boolean,
    outcome=Text,
    run_id=Text,
    service=Text,
)
BASELINES = _table(
    "baselines", project=Text, target=Text, at=Float, kind=Text, run_id=Text, why=Text
)
ALERTS = _table("alerts", project=Text, target=Text, stage_group=Text, state=Text)


def version_of(connection: "Connection") -> int:
    """Return how many steps a database has seen; 0 where it has no table of ours."""
    if not inspect(connection).has_table("gonogo_schema"):
        return 0
    found: int | None = connection.execute(text("SELECT version FROM gonogo_schema")).scalar()
    if found is None or found < 0:
        raise Unavailable("its table gonogo_schema is damaged")
    if found > VERSION:
        fix = "fix: pip install -U pytest-gonogo"
        raise Unavailable(f"a newer gonogo wrote it (schema {found}, known {VERSION}); {fix}")
    return found


def upgrade(connection: "Connection", to: int = VERSION) -> None:
    """Take the steps that are missing, in the transaction of the caller."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_BOTH_WRITE})"))
    known = version_of(connection)
    if known == 0:
        connection.execute(text("CREATE TABLE gonogo_schema (version INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO gonogo_schema VALUES (0)"))
    for step in STEPS[known:to]:
        for statement in step:
            connection.execute(text(statement))
    connection.execute(text(f"UPDATE gonogo_schema SET version = {max(known, to)}"))  # noqa: S608
