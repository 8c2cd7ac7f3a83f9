"""Running a migration against a recorder: what it does, and the SQL that it would send.

Nothing is connected. A migration that reads from the database cannot go on; what it did not reach
is judged by its source, and said to be unclear.
"""

import ast
import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from . import sandbox, source
from .operations import Operations
from .running import Files, Run
from .sql import UNCLEAR

LONGEST = 400_000  # characters of SQL


class Recorder:
    """Looks at pending revisions in order."""

    def __init__(self, config: Any, script: Any, then: Any, root: str, refused: Any) -> None:
        self._config = config
        self._script = script
        self._dialect = then["dialect"]
        self._versions = then["versions"]
        self._operations = Operations(set(then["tables"]))
        self._files = Files(Path(root), Path(script.dir))
        self._refusals: sandbox.Refusals = refused
        sandbox.shut_drivers(refused)

    @property
    def creates(self) -> list[str]:
        """The tables that are made on the way, and must not be there yet."""
        return self._operations.creates

    def about(self, revision: Any) -> dict[str, Any]:
        """Say what one revision does, whether it can be undone, and its SQL."""
        module: ModuleType = revision.module
        file = Path(str(revision.path))
        tree = ast.parse(file.read_bytes())
        done = Run(self._refusals, self._files, self._operations)
        with self._environment(done):
            done.call(getattr(module, "upgrade", None), "upgrade")
        found = [*done.effects, *done.unseen(), *done.not_entered(tree, file, "upgrade")]
        if done.error is not None:
            found.append((UNCLEAR, done.error))
        declared = getattr(module, "rollback_compatible", None)
        if declared is not None and not isinstance(declared, bool):
            found.append((UNCLEAR, "rollback_compatible is neither True nor False"))
        return {
            "id": revision.revision,
            "title": (revision.doc or "").strip().split("\n")[0][:120],
            "file": file.name,
            "effects": list(dict.fromkeys(found)),
            "declared": declared if isinstance(declared, bool) else None,
            "one_way": self._one_way(module, tree, done),
            "sql": done.sql[:LONGEST],
            "unrendered": done.unrendered or done.error,
        }

    def _one_way(self, module: ModuleType, tree: ast.Module, up: "Run") -> str | None:
        """Say why a revision cannot be undone; one that does nothing needs no undoing."""
        if not up.sql.strip() and not up.effects and up.error is None:
            return None
        downgrade = getattr(module, "downgrade", None)
        if downgrade is None:
            return "has no downgrade()"
        errors = [source.raised(each) for each in source.named(tree, "downgrade")]
        if errors and errors[-1] is not None:
            return f"downgrade() raises {errors[-1]}"
        down = Run(self._refusals, self._files, Operations(set()))
        with self._environment(down):
            down.call(downgrade, "downgrade")
        if down.gave_up:
            return f"downgrade() {down.gave_up}"
        quiet = down.error is None and not down.sql and not down.effects and not down.unrendered
        return "downgrade() does nothing" if quiet else None

    @contextlib.contextmanager
    def _environment(self, done: "Run") -> Iterator[None]:
        """Stand in for env.py, which is not run: it would connect."""
        from alembic import operations  # noqa: PLC0415 - heavy, and missing in some interpreters
        from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - as above

        around = EnvironmentContext(self._config, self._script, as_sql=True)
        with around, done.listening():
            around.configure(
                dialect_name=self._dialect,
                output_buffer=io.StringIO(),
                literal_binds=True,
                dialect_opts={"paramstyle": "named"},
            )
            context = around.get_context()
            vars(context.impl)["static_output"] = done.emitted
            with operations.Operations.context(context):
                yield
