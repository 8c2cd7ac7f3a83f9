"""Opening a history: older shapes, several writers at once, and everything that can be broken."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from gonogo.history import MemoryHistory, Unavailable, opened
from gonogo.history.opening import file_of, shown
from gonogo.history.schema import METADATA, VERSION, upgrade

from .records import NOON, record

SQLITE = "sqlite:///history.sqlite"
ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from gonogo.history import opened
from tests.history.records import record
url, name, count = sys.argv[1:]
for number in range(int(count)):
    with opened(url, Path(), "shop", limit=20) as history:
        history.add(record(f"{name}-{number}", commit=f"commit-{number}"))
print("done", flush=True)
"""
HALF = """
import sys, time
from pathlib import Path
from gonogo.history import opened
from gonogo.history.entry import entry_of
from gonogo.history import sql
from tests.history.records import record
def stop(*_):
    print("half", flush=True)
    time.sleep(60)
sql.SqlHistory._note_deployment = stop  # the runs and findings are written, the end is not
with opened(sys.argv[1], Path(), "shop") as history:
    history.keep(entry_of(record("half")))
"""


def started(program: str, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    places = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": places},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_several_processes_write_at_once(url: str, tmp_path: Path) -> None:
    writers = [started(WRITER, tmp_path, url, f"w{n}", "5") for n in range(4)]
    said = [writer.communicate(timeout=60)[0] for writer in writers]

    assert said == ["done\n"] * 4
    with opened(url, tmp_path, "shop") as history:
        assert len(history.runs("production")) == 20
        assert len(history.deployments("production")) == 5


def test_a_writer_that_is_killed_leaves_nothing_half(url: str, tmp_path: Path) -> None:
    writer = started(HALF, tmp_path, url)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "half\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=30)

    with opened(url, tmp_path, "shop") as history:
        assert history.runs() == []
        history.add(record("whole"))
        assert [run.run_id for run in history.runs()] == ["whole"]


def test_an_older_history_is_brought_up_to_date(url: str, tmp_path: Path) -> None:
    with opened(url, tmp_path, "shop") as history:
        history.add(record("r1"))
    engine = create_engine(_plain(url, tmp_path))
    with engine.begin() as connection:  # as version 1 had it
        for table in ("rollbacks", "baselines", "alerts"):
            connection.execute(text(f"DROP TABLE gonogo_{table}"))
        connection.execute(text("ALTER TABLE gonogo_runs DROP COLUMN snapshot"))
        connection.execute(text("UPDATE gonogo_schema SET version = 1"))
    engine.dispose()

    for create in (False, True):
        with opened(url, tmp_path, "shop", create=create) as history:
            assert [run.run_id for run in history.runs()] == ["r1"]
            assert history.rollbacks("production") == []


def test_the_tables_are_what_the_steps_make(url: str, tmp_path: Path) -> None:
    with opened(url, tmp_path, "shop"):
        pass
    engine = create_engine(_plain(url, tmp_path))
    found = inspect(engine)
    for table in METADATA.tables.values():
        made = {column["name"] for column in found.get_columns(table.name)}
        assert made == set(table.c.keys()), table.name
    engine.dispose()


def test_a_step_at_a_time_leads_to_the_same_place() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        for version in range(1, VERSION + 1):
            upgrade(connection, version)
            upgrade(connection, version)
        assert connection.execute(text("SELECT version FROM gonogo_schema")).scalar() == VERSION
    engine.dispose()


def test_a_newer_history_is_left_alone(url: str, tmp_path: Path) -> None:
    with opened(url, tmp_path, "shop"):
        pass
    engine = create_engine(_plain(url, tmp_path))
    with engine.begin() as connection:
        connection.execute(text("UPDATE gonogo_schema SET version = 99"))
    engine.dispose()

    with pytest.raises(Unavailable, match=r"a newer gonogo wrote it.*fix: pip install -U"):
        open_at(url, tmp_path)


def test_a_reader_makes_nothing(url: str, tmp_path: Path) -> None:
    with opened(url, tmp_path, "shop", create=False) as history:
        assert isinstance(history, MemoryHistory)
    assert list(tmp_path.iterdir()) == []


def _garbage(file: Path) -> None:
    file.write_bytes(b"this is no database, " * 100)


def _cut(file: Path) -> None:
    with opened(SQLITE, file.parent, "shop") as history:
        history.add(record("r1", message="x" * 10_000))
    file.write_bytes(file.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_garbage, "history.sqlite: file is not a database"),
        (_cut, "history.sqlite: "),
        (Path.mkdir, "history.sqlite: unable to open database file"),
    ],
    ids=["garbage", "cut", "folder"],
)
def test_what_is_no_history_is_said(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(tmp_path / "history.sqlite")
    for create in (True, False):
        with pytest.raises(Unavailable, match=said):
            open_at(SQLITE, tmp_path, create=create)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")

    with pytest.raises(Unavailable, match=r"reports/history.sqlite: .*[Ff]ile exists|Not a"):
        open_at("sqlite:///reports/history.sqlite", tmp_path)


def test_a_file_that_somebody_holds_is_waited_for_and_no_longer(tmp_path: Path) -> None:
    open_at(SQLITE, tmp_path)
    holder = sqlite3.connect(tmp_path / "history.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"history.sqlite: database is locked"):
        open_at(SQLITE, tmp_path, limit=0.2)

    assert 0.15 < time.monotonic() - began < 2
    holder.close()
    open_at(SQLITE, tmp_path)


def test_a_table_that_somebody_holds_is_waited_for_and_no_longer(
    database: str, tmp_path: Path
) -> None:
    open_at(database, tmp_path)
    engine = create_engine(_plain(database, tmp_path))
    with engine.begin() as holder:
        holder.execute(text("LOCK TABLE gonogo_runs"))
        with pytest.raises(Unavailable, match="timeout"):
            open_at(database, tmp_path, limit=0.2)
    engine.dispose()


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url = f"postgresql+psycopg://u:hunter2secret@127.0.0.1:{port}/db?application_name=x"
    with pytest.raises(Unavailable, match=f"127.0.0.1:{port}/db: .*refused") as raised:
        open_at(url, tmp_path)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sqlite:///a/b.sqlite", "a/b.sqlite"),
        ("sqlite:////var/b.sqlite", "/var/b.sqlite"),
        ("postgresql+psycopg://u:p@h:1/d?x=1", "h:1/d"),
        ("postgresql+psycopg://h/d", "h/d"),
    ],
)
def test_where_a_history_is(url: str, place: str) -> None:
    assert shown(url, Path("/root")) == place
    assert file_of("sqlite:////var/b.sqlite", Path("/root")) == Path("/var/b.sqlite")


def open_at(url: str, folder: Path, *, limit: float = 5.0, create: bool = True) -> None:
    with opened(url, folder, "shop", limit=limit, create=create) as history:
        if create:
            history.add(record(f"r{time.monotonic_ns()}", at=NOON))
        history.runs()


def _plain(url: str, folder: Path) -> str:
    file = file_of(url, folder)
    return f"sqlite:///{file}" if file else url.replace("postgresql://", "postgresql+psycopg://")
