"""The database: a temporary SQLite file by default, PostgreSQL by DATABASE_URL."""

import contextlib
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException
from sqlalchemy import Connection, Engine, QueuePool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.faults import Faults, board
from app.patience import within

POOL_SIZE = 5


class Base(DeclarativeBase):
    """Base of the tables."""


class Item(Base):
    """What the read-write resource holds."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


def connect(url: str, folder: str) -> Engine:
    """Return an engine that gives up on a silent database soon."""
    url = url or f"sqlite:///{Path(folder, 'demo.sqlite')}"
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    limits = {"connect_timeout": 2} if url.startswith("postgresql") else {}
    pool = {"pool_size": POOL_SIZE, "max_overflow": 0, "pool_timeout": 1}
    return create_engine(url, poolclass=QueuePool, connect_args=limits, pool_pre_ping=True, **pool)


_folder = tempfile.TemporaryDirectory(prefix="gonogo-demo-")
engine = connect(os.environ.get("DATABASE_URL", ""), _folder.name)
_prepared = False
_taken: list[Connection] = []


def prepare() -> None:
    """Make the tables; a database that is not there yet is asked again by the first request."""
    global _prepared  # noqa: PLW0603 - one database per process
    try:
        Base.metadata.create_all(engine)
        _prepared = True
    except SQLAlchemyError as error:
        logging.getLogger("demo").warning("no tables yet: %s", type(error).__name__)


def occupy(faults: Faults) -> None:
    """Take every connection of the pool while that is the fault, then give them back."""
    while _taken and not faults.pool:
        _taken.pop().close()
    with contextlib.suppress(SQLAlchemyError):
        while faults.pool and len(_taken) < POOL_SIZE:
            _taken.append(engine.connect())


def close() -> None:
    """Leave nothing behind."""
    occupy(Faults())
    engine.dispose()
    _folder.cleanup()


def ping() -> None:
    """Ask the database, or raise soon."""
    if board.now.database:
        raise ConnectionError("the database does not answer (a fault)")
    within(1.5, _ask)


def _ask() -> None:
    with engine.connect() as connection:
        connection.execute(text("select 1"))


def session() -> Iterator[Session]:
    """Give a request its session."""
    try:
        ping()
    except (SQLAlchemyError, OSError) as error:
        raise HTTPException(503, type(error).__name__) from None
    if not _prepared:
        prepare()
    with Session(engine) as opened:
        yield opened


Stored = Annotated[Session, Depends(session)]
