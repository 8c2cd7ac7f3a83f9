"""Running a migration against a recorder: what it does, and the SQL that it would send.

Nothing is connected. A migration that reads from the database cannot go on; what it did not reach
is judged by its source, and said to be unclear.
"""

import ast
import contextlib
import io
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from . import sandbox, source
from .operations import Operations
from .sql import UNCLEAR, Effect, effects

_EXPECTED = ("CREATE", "ALTER", "COMMENT", "INSERT")  # what operations that were judged send
LONGEST = 400_000  # characters of SQL


class Recorder:
    """Looks at pending revisions in order."""

    def __init__(self, config: Any, script: Any, then: Any, root: str, refused: Any) -> None:
        self._config = config
        self._script = script
        self._dialect = then["dialect"]
        self._versions = then["versions"]
        self._operations = Operations(set(then["tables"]))
        folders = (Path(root), Path(script.dir))
        self._places = (*folders, *(folder.resolve() for folder in folders))
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
        done = _Run(self._refusals, self._places, self._operations)
        with self._environment(done):
            done.call(getattr(module, "upgrade", None), "upgrade")
        found = [*done.effects, *done.unseen()]
        if done.error is not None:
            found.append((UNCLEAR, done.error))
            function = source.named(tree, "upgrade")
            if function is not None and not done.entered(file):
                found += source.unseen(function, source.NOTHING, file.name)
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

    def _one_way(self, module: ModuleType, tree: ast.Module, up: "_Run") -> str | None:
        """Say why a revision cannot be undone; one that does nothing needs no undoing."""
        if not up.sql.strip() and not up.effects and up.error is None:
            return None
        downgrade = getattr(module, "downgrade", None)
        if downgrade is None:
            return "has no downgrade()"
        function = source.named(tree, "downgrade")
        error = source.raised(function) if function is not None else None
        if error is not None:
            return f"downgrade() raises {error}"
        down = _Run(self._refusals, self._places, Operations(set()))
        with self._environment(down):
            down.call(downgrade, "downgrade")
        if down.gave_up:
            return f"downgrade() {down.gave_up}"
        quiet = down.error is None and not down.sql and not down.effects and not down.unrendered
        return "downgrade() does nothing" if quiet else None

    @contextlib.contextmanager
    def _environment(self, done: "_Run") -> Iterator[None]:
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


class _Run:
    """One call of upgrade() or downgrade(), and everything that is seen of it."""

    def __init__(
        self, refusals: sandbox.Refusals, places: tuple[Path, ...], operations: Operations
    ) -> None:
        self._refusals = refusals
        self._places = places
        self._operations = operations
        self._lines: dict[str, set[int]] = {}
        self._recorded: dict[str, dict[int, set[str]]] = {}
        self._within: list[str] = []
        self._ours: dict[str, bool] = {}
        self._statements: list[str] = []
        self.effects: list[Effect] = []
        self.error: str | None = None
        self.gave_up: str | None = None
        self.unrendered: str | None = None

    @property
    def sql(self) -> str:
        return "\n".join(self._statements)

    def entered(self, file: Path) -> bool:
        return bool(self._lines.get(str(file)))

    def call(self, function: Callable[[], object] | None, name: str) -> None:
        """Run a function of the migration, and note how far it came."""
        if function is None:
            self.error = f"has no {name}()"
            return
        before = len(self._refusals.seen)
        self._refusals.strict = True
        sys.settrace(self._trace)
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - the application may raise anything
            sys.settrace(None)
            self._note(error, name)
        finally:
            sys.settrace(None)
            self._refusals.strict = False
        refused = self._refusals.seen[before:]
        if refused:
            self.error = f"{name}() wants {refused[0]}, which is not done here"

    def _note(self, error: BaseException, name: str) -> None:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if self._is_ours(f.filename)]
        place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        text = " ".join(str(error).split())[:120]
        if "NoneType" in text or type(error).__name__ == "NoInspectionAvailable":
            self.error = f"{name}() reads from the database{place}: not followed any further"
        else:
            self.error = f"{name}() cannot be followed{place}: {type(error).__name__}: {text}"
        if frames and (frames[-1].line or "").lstrip().startswith("raise"):
            self.gave_up = f"raises {type(error).__name__}"

    def _is_ours(self, file: str) -> bool:
        """Tell whether a file is the application's: migrations and their helpers."""
        if file not in self._ours:
            path = Path(file)
            inside = any(path.is_relative_to(place) for place in self._places)
            foreign = "site-packages" in path.parts or path.is_relative_to(Path(__file__).parent)
            self._ours[file] = inside and not foreign
        return self._ours[file]

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        file = frame.f_code.co_filename
        if not self._is_ours(file):
            return None
        if event == "line":
            self._lines.setdefault(file, set()).add(frame.f_lineno)
        return self._trace

    def _at(self, name: str) -> None:
        """Note an operation at every line of the application that led to it."""
        frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - no other way to the callers
        while frame is not None:
            file = frame.f_code.co_filename
            if self._is_ours(file):
                self._recorded.setdefault(file, {}).setdefault(frame.f_lineno, set()).add(name)
            frame = frame.f_back

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Hear of every operation, in batches too, while the migration runs."""
        from alembic.operations import base, batch  # noqa: PLC0415 - as above

        owner: Any = getattr(base, "AbstractOperations", base.Operations)
        batches: Any = batch.BatchOperationsImpl
        invoke, flush = owner.invoke, batches.flush
        owner.invoke = lambda this, operation: self._invoked(invoke, this, operation)
        batches.flush = lambda this: self._tried(flush, this)
        try:
            yield
        finally:
            owner.invoke, batches.flush = invoke, flush

    def _invoked(self, invoke: Callable[..., Any], this: Any, operation: Any) -> Any:
        name = type(operation).__name__
        self._at(name)
        self.effects += self._operations.effects(operation)
        return self._tried(lambda it: invoke(it, operation), this, name)

    def _tried(self, render: Callable[[Any], Any], this: Any, name: str = "batch") -> Any:
        """Render; what a dialect cannot render without a database is no fault of the migration."""
        self._within.append(name)
        try:
            return render(this)
        except Exception as error:
            if name == "ExecuteSQLOp" or _is_refused(error):
                raise
            self.unrendered = " ".join(str(error).split())[:160] or type(error).__name__
            return None
        finally:
            self._within.pop()

    def emitted(self, text: str) -> None:
        """Take a statement that would be sent; judge it unless its operation was judged."""
        self._statements.append(text)
        self._at("SQL")
        first = self._within[0] if self._within else "ExecuteSQLOp"
        judged = first == "batch" or "Drop" in first
        judged = judged or (first != "ExecuteSQLOp" and text.upper().startswith(_EXPECTED))
        self.effects += [] if judged else effects(text)

    def unseen(self) -> Iterator[Effect]:
        """Judge what did not run, in every function of the application that was entered."""
        for name, lines in self._lines.items():
            with contextlib.suppress(OSError, SyntaxError, UnicodeDecodeError):
                tree = ast.parse(Path(name).read_bytes())
                ran = source.Ran(frozenset(lines), self._recorded.get(name, {}))
                for function in source.functions(tree, ran.lines):
                    yield from source.unseen(function, ran, Path(name).name)


def _is_refused(error: Exception) -> bool:
    return isinstance(error, sandbox.Refused)
