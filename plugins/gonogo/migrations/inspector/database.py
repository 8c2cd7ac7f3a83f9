"""Reading the revision of a database, and nothing else of it."""

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

PATIENCE = 8  # seconds to connect
DRIVERS: Mapping[str, Mapping[str, str]] = {
    "postgresql": {"psycopg": "psycopg", "psycopg2": "psycopg2", "pg8000": "pg8000"},
    "mysql": {"pymysql": "pymysql", "mysqldb": "MySQLdb", "mysqlconnector": "mysql.connector"},
    "mssql": {"pyodbc": "pyodbc", "pymssql": "pymssql"},
    "oracle": {"oracledb": "oracledb", "cx_oracle": "cx_Oracle"},
    "sqlite": {"pysqlite": "sqlite3"},
}
_EXTRAS = {"postgresql": "'pytest-gonogo[postgres]'"}
_FAMILIES = {"postgres": "postgresql", "mariadb": "mysql"}
_OF_ASYNCPG = frozenset(
    "prepared_statement_cache_size statement_cache_size prepared_statement_name_func "
    "command_timeout async_fallback timeout".split()
)


class Unreadable(Exception):  # noqa: N818 - reads as what it says
    """Why the database cannot be read; `driver` tells that another interpreter may do better."""

    def __init__(self, text: str, *, driver: bool = False) -> None:
        super().__init__(text)
        self.driver = driver


def answer(ask: Callable[[], Any], say: Callable[..., None]) -> None:
    """Say the revisions of one database, or why they are not known."""
    given = ask()
    try:
        say("database", **read(given["url"], given["table"], given["schema"], given["root"]))
    except Unreadable as error:
        say("fault", text=str(error), driver=error.driver)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        lines = str(cause).strip().splitlines() or [type(cause).__name__]
        say("fault", text=lines[0], driver=False)
    except Exception as error:  # noqa: BLE001 - a driver may raise anything
        say("fault", text=f"{type(error).__name__}: {error}", driver=isinstance(error, ImportError))


def read(url: str, table: str, schema: str | None, root: str) -> dict[str, Any]:
    """Return versions (None without a version table) and the names of the tables."""
    found = synchronous(url, root)
    family = found.get_backend_name()
    engine = create_engine(found, poolclass=NullPool, connect_args=_patience(found))
    with engine.connect() as connection:
        if family == "postgresql":
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text("SET LOCAL statement_timeout = '8s'"))
        return _versions(connection, table, schema)


def _versions(connection: Connection, table: str, schema: str | None) -> dict[str, Any]:
    about = inspect(connection)
    versions = None
    if about.has_table(table, schema):
        quoted = connection.dialect.identifier_preparer
        name = (
            quoted.quote(table)
            if schema is None
            else f"{quoted.quote(schema)}.{quoted.quote(table)}"
        )
        rows = connection.execute(text(f"SELECT version_num FROM {name}"))  # noqa: S608 - quoted
        versions = sorted(str(row[0]) for row in rows)
    tables = [each for each in about.get_table_names(schema) if each != table]
    if versions is None and connection.dialect.name == "postgresql":
        tables += _elsewhere(about, schema)
    return {"versions": versions, "tables": sorted(tables)}


def _elsewhere(about: Any, schema: str | None) -> list[str]:
    """Name the tables of other schemas: a database without a revision must be seen as a whole."""
    here = {schema or about.default_schema_name, "information_schema"}
    others = [each for each in about.get_schema_names() if each not in here]
    return [
        f"{other}.{name}"
        for other in others
        if not other.startswith("pg_")
        for name in about.get_table_names(other)
    ]


def synchronous(url: str, root: str) -> URL:
    """Return the URL with a driver that is here and waits for its answers."""
    try:
        found = make_url(url)
        family, _, driver = found.drivername.partition("+")
        family = _FAMILIES.get(family, family)
        known = DRIVERS.get(family)
        if known is None:
            found.get_dialect()
            return found
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise Unreadable("the value is not the URL of a database") from None
    usable = [name for name, module in known.items() if _is_here(module)]
    if not usable:
        name = _EXTRAS.get(family) or next(iter(known.values()))
        text = f"no driver for {family}; fix: pip install {name}"
        raise Unreadable(text, driver=True)
    chosen = driver if driver in usable else usable[0]
    found = found.set(drivername=f"{family}+{chosen}")
    if family == "sqlite":
        return _read_only(found, root)
    return _without_foreign_options(found) if family == "postgresql" else found


def _is_here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _without_foreign_options(url: URL) -> URL:
    """Options of asyncpg mean nothing to other drivers; `ssl` has another name there."""
    query = {name: value for name, value in url.query.items() if name not in _OF_ASYNCPG}
    mode = query.pop("ssl", None)
    if isinstance(mode, str):
        query.setdefault("sslmode", {"true": "require", "false": "disable"}.get(mode.lower(), mode))
    return url.set(query=query)


def _read_only(url: URL, root: str) -> URL:
    """A look at a SQLite file must not create it."""
    name = url.database or ""
    if name in {"", ":memory:"} or "mode=memory" in name:
        raise Unreadable("a database in memory says nothing about the target")
    file = Path(root, name.removeprefix("file:").partition("?")[0])
    if not file.is_file():
        text = f"no file {file.name}; fix: correct the path, or for a first deployment"
        raise Unreadable(f"{text} create the file empty")
    return url.set(database=file.resolve().as_uri(), query={"mode": "ro", "uri": "true"})


def _patience(url: URL) -> dict[str, Any]:
    if url.drivername in {"postgresql+psycopg", "postgresql+psycopg2", "mysql+pymysql"}:
        return {"connect_timeout": PATIENCE}
    return (
        {"timeout": PATIENCE} if url.drivername in {"sqlite+pysqlite", "postgresql+pg8000"} else {}
    )
