"""[release] migrations: where the history of the schema is, and how strictly it is judged."""

from typing import Literal

from pydantic import model_validator

from gonogo.config.section import Section
from gonogo.config.values import Duration
from gonogo.core.migration import Migrations


class MigrationsModel(Section):
    tool: Literal["alembic"] | None = None
    """What keeps the history."""
    directory: str | None = None
    """The folder with env.py and versions."""
    ini: str | None = None
    """The alembic.ini."""
    command: str | None = None
    """Prints JSON with the heads, in place of Alembic."""
    url: str | None = None
    """The database; default: the value of `variable` that the release will start with."""
    variable: str | None = None
    """The variable that holds the database URL; default: DATABASE_URL."""
    python: str | None = None
    """The interpreter that has the application's packages; default: this one."""
    version_table: str = "alembic_version"
    """Where Alembic keeps its version."""
    version_table_schema: str | None = None
    """The schema that table is in."""
    branches: list[str] = []
    """Labels of branches that each have a head of their own."""
    destructive: Literal["warn", "block", "allow"] = "warn"
    """What it leads to that the old version may not survive what is pending."""
    irreversible: Literal["warn", "block", "allow"] = "warn"
    """What it leads to that something pending has no downgrade."""
    compatible: Literal["declared", "classified"] = "declared"
    """What the rollback guard believes: only `rollback_compatible` in the migration, or also what
    was found in it."""
    timeout: Duration = 60.0
    """How long each question may take."""

    @model_validator(mode="after")
    def _one_source(self) -> "MigrationsModel":
        if not (self.tool or self.command or self.directory or self.ini):
            raise ValueError('expected tool = "alembic" with a directory, or a command')
        theirs = self.tool or self.directory or self.ini or self.url or self.variable or self.python
        if self.command is not None and (theirs or self.branches):
            raise ValueError("a command reports the heads itself: leave out Alembic's keys")
        if self.command is not None and not self.command.strip():
            raise ValueError("the command is empty")
        if self.url is not None and self.variable is not None:
            raise ValueError("url and variable exclude each other")
        return self


def migrations(model: MigrationsModel | None) -> Migrations | None:
    """Return where the history of the schema is, None where none is configured."""
    if model is None:
        return None
    fields = model.model_dump(exclude={"tool", "branches", "variable"})
    tool = "alembic" if model.command is None else "command"
    variable = model.variable or "DATABASE_URL"
    return Migrations(tool=tool, branches=tuple(model.branches), variable=variable, **fields)
