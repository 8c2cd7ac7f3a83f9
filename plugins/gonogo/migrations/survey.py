"""What is known of a schema: its history, the database of the target, and what is pending."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.migration import Effect, Migrations, Revision
from gonogo.migrations.process import Talk, words

_FAMILY = re.compile(
    r"(postgres(?:ql)?|mysql|mariadb|sqlite|mssql|oracle|cockroachdb)(\+\w+)?://", re.IGNORECASE
)
_PROCESS = re.compile(r"PATH$|HOME$|PYTHON|LD_|DYLD_|VIRTUAL_ENV$")
_DUMMY = {"sqlite": "sqlite://"}
NO_ALEMBIC = (
    "Alembic is not installed; fix: pip install 'pytest-gonogo[migrations]', or give "
    "python = the interpreter of the application"
)


@dataclass(frozen=True)
class Surveyed:
    """What was found. `silence` says why a part is not known, `against` what is wrong with it."""

    heads: tuple[str, ...] | None = None
    branches: Mapping[str, Sequence[str]] = field(default_factory=dict)
    history_silence: str | None = None
    history_against: str | None = None
    versions: tuple[str, ...] | None = None
    unmanaged: tuple[str, ...] = ()
    database_silence: str | None = None
    known: frozenset[str] | None = None
    pending: tuple[str, ...] | None = None
    revisions: Mapping[str, Revision] = field(default_factory=dict)
    unexamined: str | None = None
    has_table: bool = True
    creates: tuple[str, ...] = ()
    sql: str = field(default="", repr=False)


def surveyed(
    about: Migrations, root: Path, url: str | None, why: str, values: Mapping[str, str]
) -> Surveyed:
    """Ask the directory and the database at the same time; `why` tells why there is no URL."""
    python = _interpreter(about, root)
    theirs = {name: value for name, value in values.items() if not _PROCESS.match(name)}
    environ = without_databases({**os.environ, **theirs})
    try:
        history = Talk(words(python, "history"), root, environ, "reading the migrations")
    except EvidenceUnavailable as silence:
        return Surveyed(history_silence=str(silence), database_silence="it was not asked")
    try:
        history.tell(_question(about, root))
        database = _database(about, root, url, why, python)
        dialect = family_of(url or "")
        if database.get("text"):
            history.tell(None)
        else:
            history.tell({**database, "versions": database["versions"] or [], "dialect": dialect})
        told, trouble = history.told(about.timeout)
    finally:
        history.close()
    return _merged(database, told, trouble, about)


def _question(about: Migrations, root: Path) -> dict[str, Any]:
    given = {name: getattr(about, name) for name in ("directory", "ini")}
    return {**given, "root": str(root.resolve()), "branches": list(about.branches)}


def _interpreter(about: Migrations, root: Path) -> str:
    if about.python is None:
        return sys.executable
    inside = root / about.python
    return str(inside) if "/" in about.python and inside.exists() else about.python


def family_of(url: str) -> str:
    """Return the name that Alembic and SQLAlchemy have for a database."""
    scheme = url.partition("://")[0].partition("+")[0].lower()
    return {"postgres": "postgresql", "mariadb": "mysql"}.get(scheme, scheme)


def without_databases(environ: Mapping[str, str]) -> dict[str, str]:
    """Return variables in which no URL leads to a database: the application's code will run."""
    kept = {name: value for name, value in environ.items() if not name.startswith(("PG", "MYSQL_"))}
    for name, value in kept.items():
        match = _FAMILY.match(value.strip())
        if match is not None:
            family = match[1].lower()
            kept[name] = _DUMMY.get(family, f"{match[0]}nobody:none@127.0.0.1:1/none")
    return kept


def _database(
    about: Migrations, root: Path, url: str | None, why: str, python: str
) -> dict[str, Any]:
    """Return versions and tables, or a text with the reason why they are not known."""
    if url is None:
        return {"text": why}
    question = {"url": url, "table": about.version_table, "schema": about.version_table_schema}
    said: dict[str, Any] = {}
    for each in dict.fromkeys((sys.executable, python)):
        try:
            talk = Talk(words(each, "database"), root, os.environ, "reading the database")
        except EvidenceUnavailable as silence:
            return {"text": str(silence)}
        talk.tell({**question, "root": str(root)})
        told, trouble = talk.told(min(about.timeout, 20.0))
        said = told[-1] if told else {"text": trouble or "reading the database said nothing"}
        if not said.get("driver"):
            break
    return said


def _merged(
    database: Mapping[str, Any],
    told: Sequence[Mapping[str, Any]],
    trouble: str | None,
    about: Migrations,
) -> Surveyed:
    said = {each["kind"]: each for each in told if each.get("kind") != "revision"}
    parts: dict[str, Any] = {}
    if database.get("text"):
        parts["database_silence"] = str(database["text"])
    else:
        parts["versions"] = tuple(database["versions"] or ())
        parts["has_table"] = database["versions"] is not None
        parts["unmanaged"] = tuple(database["tables"])
    if "heads" in said:
        parts["heads"] = tuple(said["heads"]["heads"])
        parts["branches"] = said["heads"]["branches"]
        parts["known"] = frozenset(said["heads"]["known"])
    if "missing" in said:
        parts["history_silence"] = NO_ALEMBIC
    elif "broken" in said:
        # a syntax error speaks against the release under its own interpreter only
        mine = said["broken"]["against"] and (
            about.python or "compile" not in said["broken"]["text"]
        )
        parts["history_against" if mine else "history_silence"] = said["broken"]["text"]
    elif "heads" not in said:
        parts["history_silence"] = trouble or "reading the migrations said nothing"
    if "pending" in said:
        parts["pending"] = tuple(said["pending"]["ids"])
        parts["revisions"] = {each["id"]: _revision(each) for each in told if "effects" in each}
        parts["creates"] = tuple(said.get("done", {}).get("creates", ()))
        parts["unexamined"] = _unexamined(said, trouble)
    return Surveyed(**parts)


def _unexamined(said: Mapping[str, Mapping[str, Any]], trouble: str | None) -> str | None:
    if "unexamined" in said:
        return str(said["unexamined"]["text"])
    return None if "done" in said else trouble or "it ended early"


def _revision(said: Mapping[str, Any]) -> Revision:
    return Revision(
        id=said["id"],
        title=said.get("title", ""),
        effects=tuple(Effect(kind, text) for kind, text in said["effects"]),
        declared=said.get("declared"),
        one_way=said.get("one_way"),
        sql=said.get("sql", ""),
        unrendered=said.get("unrendered"),
    )
