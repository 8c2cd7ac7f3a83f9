"""Migrations of a schema: what is configured, and what one pending migration does."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Migrations:
    """Where a schema's history is, which database it belongs to, and how strictly it is judged.

    `tool` is alembic or command. `destructive` and `irreversible` are warn, block or allow;
    `compatible` says what counts for the guard: what is declared, or also what was classified.
    """

    tool: str
    directory: str | None = None
    ini: str | None = None
    command: str | None = None
    url: str | None = field(default=None, repr=False)
    variable: str = "DATABASE_URL"
    python: str | None = None
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    branches: tuple[str, ...] = ()
    destructive: str = "warn"
    irreversible: str = "warn"
    compatible: str = "declared"
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Effect:
    """What a migration does that the old version may not survive, or that cannot be told.

    `kind` is "breaks" or "unclear".
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A pending migration.

    `declared` is its own word on whether the old version can run after it, None where it has none.
    `one_way` says why it cannot be undone; `unrendered` why its SQL is not known.
    """

    id: str
    title: str = ""
    effects: tuple[Effect, ...] = ()
    declared: bool | None = None
    one_way: str | None = None
    sql: str = ""
    unrendered: str | None = None

    @property
    def harmless(self) -> bool:
        """True where everything it does only adds."""
        return not self.effects

    def compatible(self, trust: str) -> bool:
        """Tell whether the old version can run after it; `trust` is declared or classified."""
        if self.declared is not None:
            return self.declared
        return trust == "classified" and self.harmless
