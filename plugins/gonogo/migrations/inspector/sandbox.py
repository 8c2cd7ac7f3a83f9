"""While migrations are only looked at, nothing outside this process may notice.

Connections are refused from the start, and from `strict` on also other programs and changes to
files. A refusal is noted, because code may catch what is raised.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

_CONNECTING = frozenset({"socket.connect", "socket.sendto", "sqlite3.connect"})
_ACTING = frozenset(
    "subprocess.Popen os.system os.exec os.posix_spawn os.spawn os.fork os.forkpty os.remove "
    "os.rename os.rmdir os.truncate os.kill shutil.rmtree shutil.move ftplib.connect".split()
)
_DRIVERS = ("psycopg", "psycopg2", "pymysql", "MySQLdb", "pyodbc", "oracledb", "asyncpg")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Refused(Exception):  # noqa: N818 - reads as what it says
    """A migration wanted to reach out of the recorder."""


class Refusals:
    """What was refused, in order; `strict` is set while a migration runs."""

    def __init__(self) -> None:
        self.strict = False
        self.seen: list[str] = []

    def refuse(self, what: str) -> None:
        """Note it, and stop whoever tries."""
        self.seen.append(what)
        raise Refused(f"{what} is not done while migrations are only looked at")

    def on_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Listen to the interpreter; there is no way to stop listening."""
        if event in _CONNECTING or (self.strict and event in _ACTING):
            self.refuse(event)
        elif self.strict and event == "open" and _writes(arguments):
            self.refuse("writing a file")
        elif self.strict and event == "import" and arguments[0] in _DRIVERS:
            self.refuse(f"import {arguments[0]}")


def _writes(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = (*arguments, None, None, None)[:3]
    if path == os.devnull or isinstance(path, int):
        return False
    if isinstance(mode, str):
        return any(each in mode for each in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


def close() -> Refusals:
    """Refuse connections in this process from now on, and return what is noted about it."""
    from sqlalchemy.engine.default import DefaultDialect  # noqa: PLC0415 - Alembic is here, so it is

    refusals = Refusals()

    def refuse(*_arguments: object, **_named: object) -> Any:
        refusals.refuse("a connection to a database")

    DefaultDialect.connect = refuse  # type: ignore[method-assign]
    sys.addaudithook(refusals.on_event)
    return refusals


def shut_drivers(refusals: Refusals) -> None:
    """Refuse the connections of drivers that the application has imported by now."""

    def refuse(*_arguments: object, **_named: object) -> Any:
        refusals.refuse("a connection to a database")

    shut: Callable[..., Any] = refuse
    for name in _DRIVERS:
        module: Any = sys.modules.get(name)
        if module is not None:
            module.connect = shut
        for kind in ("Connection", "AsyncConnection"):
            if hasattr(getattr(module, kind, None), "connect"):
                getattr(module, kind).connect = shut
