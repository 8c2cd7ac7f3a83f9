"""Does a database answer a question that needs no table?"""

import re
import time
from pathlib import Path
from typing import Any

from gonogo.core.dependency import Direct
from gonogo.core.errors import EvidenceUnavailable
from gonogo.probes.context import Context
from gonogo.probes.direct.aside import aside
from gonogo.probes.direct.seen import Quiet, Refused, Seen

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+asyncpg": "postgresql+psycopg",
    "postgresql+psycopg_async": "postgresql+psycopg",
    "sqlite+aiosqlite": "sqlite",
    "mysql+aiomysql": "mysql+pymysql",
    "mysql+asyncmy": "mysql+pymysql",
}
_WORDS = (
    ("refused", r"connection refused|\b111\b"),
    ("dns", r"could not translate host name|name or service not known|name resolution|nodename"),
    ("timeout", r"timeout expired|timed out|connectiontimeout"),
    ("route", r"no route to host|network is unreachable"),
    ("reset", r"closed the connection|connection reset|broken pipe|lost connection|gone away"),
)
_SERVER_CODES = range(1000, 2000)  # of MySQL: what its server says; the client's own begin at 2000


async def answered(_context: Context, direct: Direct) -> Seen:
    """Connect, and ask `select 1`; the budget is compared with the question, not the connection."""
    elapsed = await aside(lambda: _asked(direct))
    return Seen("answers a query", elapsed)


def _asked(direct: Direct) -> float:
    try:
        from sqlalchemy import exc  # noqa: PLC0415 - only where a database is asked
    except ImportError:
        raise EvidenceUnavailable("SQLAlchemy is missing; fix: pip install sqlalchemy") from None
    try:
        return _timed(direct)
    except (ImportError, exc.NoSuchModuleError) as error:
        driver = getattr(error, "name", None) or str(error).rpartition(":")[2] or "driver"
        fix = "pip install 'pytest-gonogo[postgres]'" if "psycopg" in driver else "install it"
        raise EvidenceUnavailable(f"the driver {driver} is missing; fix: {fix}") from None
    except exc.DBAPIError as error:
        raise _named(error.orig) from None
    except exc.SQLAlchemyError as error:
        raise EvidenceUnavailable(f"{type(error).__name__}: check the url") from None


def _timed(direct: Direct) -> float:
    from sqlalchemy import NullPool, create_engine, make_url, text  # noqa: PLC0415 - as above

    url = make_url(direct.url)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    question, limits = "select 1", {}
    if url.get_backend_name() == "sqlite":
        url, question = _read_only(url), "select count(*) from sqlite_master"
    elif url.get_backend_name() in {"postgresql", "mysql", "mariadb"}:
        limits = {"connect_timeout": max(1, int(direct.timeout))}
    engine = create_engine(url, poolclass=NullPool, connect_args=limits)
    try:
        with engine.connect() as connection:
            started = time.perf_counter()
            connection.execute(text(question)).scalar_one()
            return time.perf_counter() - started
    finally:
        engine.dispose()


def _read_only(url: Any) -> Any:
    """SQLite makes a missing file, and that would be an answer to nothing."""
    name = url.database or ":memory:"
    if name == ":memory:":
        return url
    if not Path(name).is_file():
        raise EvidenceUnavailable(f"no file {Path(name).name} here")
    path = Path(name).absolute().as_posix()
    return url.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})


def _named(error: Any) -> Exception:
    """Tell what the server said from what the network did; what is neither is no evidence."""
    text = " ".join(str(error).split())
    code = next(iter(getattr(error, "args", ())), None)
    said = re.search(r"FATAL:\s*(.+?)(?: connection to server|$)", text)
    if said is not None:
        return Refused(said[1][:200])
    if getattr(error, "sqlstate", None) or (isinstance(code, int) and code in _SERVER_CODES):
        return Refused(text[:200])
    if type(error).__module__.startswith("sqlite3"):
        return Refused(text[:200])
    kind = next((k for k, words in _WORDS if re.search(words, text, re.IGNORECASE)), None)
    if kind is not None or type(error).__name__ == "ConnectionTimeout":
        found = kind or "timeout"
        return Quiet(found, _SAID[found])
    return EvidenceUnavailable(f"{type(error).__name__}: {text[:200]}")


_SAID = {
    "refused": "connection refused",
    "dns": "the name does not resolve",
    "timeout": "timed out",
    "route": "no route to the host",
    "reset": "connection reset",
}
