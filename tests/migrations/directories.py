"""Directories of Alembic and databases, as an application has them."""

import sqlite3
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.core.migration import Migrations
from gonogo.migrations.survey import Surveyed, surveyed

HEAD = '''"""{title}"""
import sqlalchemy as sa
from alembic import op
revision = {id!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}
'''
ADD = "op.add_column('users', sa.Column('nick', sa.String(20)))"
USERS = "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True))"


@dataclass
class Directory:
    """A folder of migrations below a project's root; `put` adds one."""

    root: Path
    name: str = "migrations"
    last: str | None = None
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder = self.root / self.name / "versions"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.root / self.name / "env.py").write_text("raise SystemExit('env.py was run')\n")

    def put(
        self,
        id: str,  # noqa: A002 - as Alembic calls it
        upgrade: str = "pass",
        downgrade: str = "op.execute('SELECT 1')",
        *,
        down: str | tuple[str, ...] | None = "last",
        labels: tuple[str, ...] | None = None,
        depends: str | None = None,
        top: str = "",
        bottom: str = "",
    ) -> "Directory":
        """Write one migration on top of the last."""
        down = self.last if down == "last" else down
        head = HEAD.format(title=f"about {id}", id=id, down=down, labels=labels, depends=depends)
        body = "".join(
            f"def {name}():\n{textwrap.indent(textwrap.dedent(text).strip(), '    ')}\n"
            for name, text in (("upgrade", upgrade), ("downgrade", downgrade))
        )
        (self.folder / f"{id}_x.py").write_text(f"{head}{top}\n{body}{bottom}\n")
        self.last = id
        self.ids.append(id)
        return self


def sqlite(file: Path, *versions: str, tables: tuple[str, ...] = (), table: bool = True) -> str:
    """Make a SQLite database at some revisions, and return its URL."""
    with sqlite3.connect(file) as connection:
        if table:
            connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        for each in versions:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (each,))
        for each in tables:
            connection.execute(f"CREATE TABLE {each} (id INTEGER)")
    connection.close()
    return f"sqlite:///{file}"


def look(
    root: Path, url: str | None, values: Mapping[str, str] | None = None, **about: object
) -> Surveyed:
    """Look at the directory of a root, with a database."""
    given = Migrations("alembic", **{"directory": "migrations", **about})  # type: ignore[arg-type]
    return surveyed(given, root, url, "there is no URL", values or {})
