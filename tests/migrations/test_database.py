"""Reading the revision of real databases, with the URLs that applications have."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from gonogo.migrations.inspector.database import Unreadable, read, synchronous
from tests.migrations.conftest import Made
from tests.migrations.directories import sqlite


@pytest.fixture(scope="module")
def server(made: Made) -> str:
    return made(
        "read",
        "CREATE TABLE users (id int)",
        "CREATE TABLE alembic_version (version_num varchar(32))",
        "INSERT INTO alembic_version VALUES ('b2'), ('a1')",
        "CREATE SCHEMA shop",
        'CREATE TABLE shop."Versions" (version_num varchar(32))',
    )


@pytest.mark.parametrize(
    ("scheme", "query"),
    [
        ("postgresql", ""),
        ("postgres", ""),
        ("postgresql+psycopg", ""),
        ("postgresql+psycopg2", ""),
        ("postgresql+asyncpg", "?ssl=prefer&prepared_statement_cache_size=0"),
        ("postgresql+psycopg_async", ""),
        ("postgres", "?sslmode=prefer"),
    ],
)
def test_postgresql_whatever_driver_the_application_has(
    server: str, scheme: str, query: str
) -> None:
    found = read(server.replace("postgresql", scheme) + query, "alembic_version", None, "/")

    assert found == {"versions": ["a1", "b2"], "tables": ["users"]}


def test_a_version_table_elsewhere(server: str) -> None:
    assert read(server, "Versions", "shop", "/") == {"versions": [], "tables": []}
    assert read(server, "versions", None, "/") == {
        "versions": None,
        "tables": ["alembic_version", "shop.Versions", "users"],
    }
    assert read(server, "versions", "nowhere", "/") == {
        "versions": None,
        "tables": ["public.alembic_version", "public.users", "shop.Versions"],
    }
    url = f"{server}?options=-csearch_path%3Dshop"
    assert read(url, "Versions", None, "/") == {"versions": [], "tables": []}


def test_nothing_is_locked_or_written(server: str) -> None:
    import psycopg  # noqa: PLC0415 - as above

    with psycopg.connect(server) as other:
        other.execute("LOCK TABLE alembic_version IN ROW EXCLUSIVE MODE")
        assert read(server, "alembic_version", None, "/")["versions"] == ["a1", "b2"]


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
def test_sqlite(tmp_path: Path, scheme: str) -> None:
    sqlite(tmp_path / "it's 50%.db", "a1", tables=("users",))
    found = read(f"{scheme}:///it's 50%.db", "alembic_version", None, str(tmp_path))

    assert found == {"versions": ["a1"], "tables": ["users"]}


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    found = read("sqlite:///x.db", "alembic_version", None, str(tmp_path))

    assert found == {"versions": None, "tables": []}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///none.db", "no file none.db; fix: correct the path"),
        ("sqlite://", "a database in memory"),
        ("sqlite:///:memory:", "a database in memory"),
        ("nonsense", "not the URL of a database"),
        ("", "not the URL of a database"),
        ("postgresql://h:port/x", "not the URL of a database"),
        ("https://example.com", "not the URL of a database"),
        ("oracle://h/x", "no driver for oracle; fix: pip install oracledb"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read(url, "alembic_version", None, str(tmp_path))

    assert said in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_look_at_sqlite_is_only_a_look(tmp_path: Path) -> None:
    engine = create_engine(synchronous(sqlite(tmp_path / "x.db"), "/"))

    with engine.connect() as connection, pytest.raises(OperationalError):
        connection.execute(text("CREATE TABLE made (id int)"))
    engine.dispose()


def test_a_password_keeps_its_signs() -> None:
    url = synchronous("postgresql+asyncpg://u:p%40%2Fw@h/x?ssl=require", "/")

    assert url.password == "p@/w"
    assert url.query == {"sslmode": "require"}
