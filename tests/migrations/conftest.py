"""One PostgreSQL for this folder, with a database for each who asks."""

from collections.abc import Callable, Iterator

import pytest

from tests.servers import postgres

Made = Callable[..., str]


@pytest.fixture(scope="session")
def made() -> Iterator[Made]:
    """Make a database anew with some statements, and return its URL."""
    import psycopg  # noqa: PLC0415 - as in the product, only where it is needed

    with postgres() as server:

        def make(name: str, *statements: str) -> str:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {name}")
            url = f"{server.url.rpartition('/')[0]}/{name}"
            with psycopg.connect(url) as connection:
                for statement in statements:
                    connection.execute(statement)
            return url

        yield make
