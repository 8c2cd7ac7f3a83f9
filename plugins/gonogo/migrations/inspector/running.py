"""One call of a migration's function, followed line by line, with every operation it leads to."""

import ast
import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from . import sandbox, source
from .operations import Operations
from .sql import UNCLEAR, Effect, effects

_EXPECTED = ("CREATE", "ALTER", "COMMENT", "INSERT")  # what operations that were judged send
_FOREIGN = (Path(__file__).parent, Path(os.__file__).parent)  # ours, and the standard library


class Files:
    """Tells the application's own files, migrations and their helpers, from all others."""

    def __init__(self, *folders: Path) -> None:
        self._places = {*folders, *(folder.resolve() for folder in folders)}
        self._known: dict[str, bool] = {}

    def are_ours(self, file: str) -> bool:
        """Tell whether a file, by the name that code objects have for it, is the application's."""
        if file not in self._known:
            path = Path(file)
            inside = any(path.is_relative_to(place) for place in self._places)
            foreign = any(path.is_relative_to(place) for place in _FOREIGN)
            self._known[file] = inside and not foreign and "site-packages" not in path.parts
        return self._known[file]


class Run:
    """One call of upgrade() or downgrade(), and everything that is seen of it."""

    def __init__(self, refusals: sandbox.Refusals, files: Files, operations: Operations) -> None:
        self._refusals = refusals
        self._is_ours = files.are_ours
        self._operations = operations
        self._lines: dict[str, set[int]] = {}
        self._recorded: dict[str, dict[int, set[str]]] = {}
        self._within: list[str] = []
        self._statements: list[str] = []
        self.effects: list[Effect] = []
        self.error: str | None = None
        self.gave_up: str | None = None
        self.unrendered: str | None = None

    @property
    def sql(self) -> str:
        return "\n".join(self._statements)

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
        if first == "batch" and text.upper().startswith("DROP TABLE"):
            self.effects.append((UNCLEAR, f"makes a table anew: {text[:80]}"))
        judged = first == "batch" or "Drop" in first
        judged = judged or (first != "ExecuteSQLOp" and text.upper().startswith(_EXPECTED))
        self.effects += [] if judged else effects(text)

    def not_entered(self, tree: ast.Module, file: Path, name: str) -> Iterator[Effect]:
        """Judge the functions of a migration that bear a name and never ran at all."""
        lines = frozenset(self._lines.get(str(file), ()))
        entered = source.functions(tree, lines)
        for function in source.named(tree, name):
            if function not in entered:
                yield from source.unseen(function, source.NOTHING, file.name)

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
