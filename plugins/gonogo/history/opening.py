"""From a URL to an open history: where the file is, how long to wait, who may write at once."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gonogo.history.failure import translated
from gonogo.history.memory import MemoryHistory
from gonogo.history.port import History

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

SQLITE = "sqlite:///"
_POSTGRES = ("postgresql+psycopg://", "postgresql://", "postgres://")


def load(url: str, root: Path, *, create: bool = True) -> None:
    """Import what opening will need: that takes a while, and is no fault of the history."""
    file = file_of(url, root)
    if file is not None and not create and not os.path.lexists(file):
        return
    with translated(shown(url, root)):
        import_module("gonogo.history.sql")
        import_module("sqlite3" if file is not None else "psycopg")
        dialect = "sqlite.pysqlite" if file is not None else "postgresql.psycopg"
        import_module(f"sqlalchemy.dialects.{dialect}")


@contextmanager
def opened(
    url: str, root: Path, project: str, *, limit: float = 5.0, create: bool = True
) -> Generator[History]:
    """Open the history of a project; raises Unavailable, and so does whatever is asked of it.

    A relative SQLite path starts from `root`. `limit` in seconds bounds each wait for a lock, a
    connection or an answer. Without `create`, a history that does not exist yet is an empty one.
    """
    file = file_of(url, root)
    if file is not None and not create and not os.path.lexists(file):
        yield MemoryHistory(project)
        return
    with translated(shown(url, root)):
        from gonogo.history.sql import SqlHistory  # noqa: PLC0415 - heavy

        engine = _engine(url, file, limit)
        try:
            if _is_ready(engine, create=create):
                yield SqlHistory(engine, project)
            else:
                yield MemoryHistory(project)
        finally:
            engine.dispose()


def file_of(url: str, root: Path) -> Path | None:
    """Return the file of an SQLite URL, None for a server."""
    return root / url.removeprefix(SQLITE) if url.startswith(SQLITE) else None


def shown(url: str, root: Path) -> str:
    """Return the place without user, password and parameters."""
    file = file_of(url, root)
    if file is not None:
        return os.path.relpath(file, root) if file.is_relative_to(root) else str(file)
    return url.partition("?")[0].rpartition("@")[2].removeprefix("postgresql+psycopg://")


def _engine(url: str, file: Path | None, limit: float) -> "Engine":
    from sqlalchemy import create_engine, event  # noqa: PLC0415 - heavy

    settings: dict[str, Any] = {"pool_size": 1, "max_overflow": 0, "pool_timeout": limit}
    if file is None:
        known = next((start for start in _POSTGRES if url.startswith(start)), "")
        address = _POSTGRES[0] + url.removeprefix(known)
        # a pooler in between may give each transaction another server: prepare nothing
        given = {"connect_timeout": max(1, int(limit)), "prepare_threshold": None}
        engine = create_engine(address, connect_args=given, **settings)
        event.listen(engine, "begin", lambda connection: _patience(connection, limit))
        return engine
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"{SQLITE}{file}", connect_args={"timeout": limit}, **settings)
    event.listen(engine, "connect", _prepared)
    event.listen(engine, "begin", _begun)
    return engine


def _patience(connection: "Connection", limit: float) -> None:
    milliseconds = int(limit * 1000)
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")


def _prepared(connection: Any, _record: Any) -> None:
    import sqlite3  # noqa: PLC0415 - only where the history is a file

    connection.isolation_level = None  # transactions begin where we say, see _begun
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):  # somebody else is just setting it
            raise


def _begun(connection: "Connection") -> None:
    """A transaction that reads first and then writes could not wait for another writer."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_ready(engine: "Engine", *, create: bool) -> bool:
    from gonogo.history.schema import VERSION, upgrade, version_of  # noqa: PLC0415 - heavy

    with engine.begin() as connection:
        version = version_of(connection)
    if version == VERSION:
        return True
    if version == 0 and not create:
        return False
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        upgrade(connection)
    return True
