"""The database: SQLite in memory by default, PostgreSQL by DATABASE_URL."""

import logging
import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, HTTPException
from sqlalchemy import Engine, StaticPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.faults import board


class Base(DeclarativeBase):
    """Base of the tables."""


class Item(Base):
    """What the read-write resource holds."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


def connect(url: str) -> Engine:
    """Return an engine that gives up on a silent database soon."""
    if not url:
        memory = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        return create_engine("sqlite://", **memory)
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    limits = {"connect_timeout": 2} if url.startswith("postgresql") else {}
    return create_engine(url, connect_args=limits, pool_pre_ping=True, pool_timeout=2)


engine = connect(os.environ.get("DATABASE_URL", ""))


def prepare() -> None:
    """Make the tables; a database that is not there yet is the health check's business."""
    try:
        Base.metadata.create_all(engine)
    except SQLAlchemyError as error:
        logging.getLogger("demo").warning("no tables yet: %s", type(error).__name__)


def ping() -> None:
    """Ask the database, or raise."""
    if board.now.database:
        raise ConnectionError("the database does not answer (a fault)")
    if board.now.pool:
        raise TimeoutError("no free connection in the pool (a fault)")
    with engine.connect() as connection:
        connection.execute(text("select 1"))


def session() -> Iterator[Session]:
    """Give a request its session."""
    try:
        ping()
    except (SQLAlchemyError, OSError) as error:
        raise HTTPException(503, type(error).__name__) from None
    with Session(engine) as opened:
        yield opened


Stored = Annotated[Session, Depends(session)]
