"""Every kind of history, so that all keep the same promises."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gonogo.history import History, MemoryHistory, opened
from tests.servers import Server, postgres

_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL for all tests of the room."""
    with postgres() as running:
        yield running


@pytest.fixture
def database(server: Server) -> str:
    """The URL of an empty database."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(_EMPTY)
    return server.url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Where nothing is recorded yet."""
    if request.param == "sqlite":
        return "sqlite:///deep/er/history.sqlite"
    found: str = request.getfixturevalue("database")
    return found


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    if request.param == "memory":
        yield MemoryHistory("shop")
        return
    sqlite = "sqlite:///deep/er/history.sqlite"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("database")
    with opened(url, tmp_path, "shop") as kept:
        yield kept
