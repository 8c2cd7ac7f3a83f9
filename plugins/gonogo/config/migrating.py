"""[release] migrations: where the history of the schema is, and how strictly it is judged."""

from typing import Literal

from pydantic import model_validator

from gonogo.config.section import Section
from gonogo.config.values import Duration
from gonogo.core.migration import Migrations


class MigrationsModel(Section):
    tool: Literal["alembic"] | None = None
    directory: str | None = None
    ini: str | None = None
    command: str | None = None
    url: str | None = None
    variable: str | None = None
    python: str | None = None
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    branches: list[str] = []
    destructive: Literal["warn", "block", "allow"] = "warn"
    irreversible: Literal["warn", "block", "allow"] = "warn"
    compatible: Literal["declared", "classified"] = "declared"
    timeout: Duration = 60.0

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
