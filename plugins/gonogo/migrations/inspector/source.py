"""What the source of a migration says about the parts of it that did not run.

A call that ran was recorded; one behind a condition was not, and is judged by its words alone.
"""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .operations import DROPS, RESTRICTS
from .sql import BREAKS, UNCLEAR, Effect, effects

_QUIET = {
    "f",
    "get_bind",
    "get_context",
    "batch_alter_table",
    "inline_literal",
    "begin_transaction",
}
_QUIET |= {
    "autocommit_block",
    "create_table",
    "bulk_insert",
    "create_table_comment",
    "create_index",
}
_QUIET |= {"drop_table_comment", "format", "join", "append", "strip", "lower", "upper", "split"}
_QUIET |= {"debug", "info", "warning", "error", "with_variant", "items", "keys", "values", "get"}
_DESTROYING = {"drop_all", "drop", "delete", "rename", "sync", "rename_table"}
_EXECUTING = {"execute", "exec_driver_sql", "executemany"}
_PLAIN = set(dir(builtins)) - {"exec", "eval", "getattr", "__import__", "compile", "setattr"}


@dataclass(frozen=True)
class Ran:
    """What was seen of one file: lines that ran, and the operations recorded at each."""

    lines: frozenset[int]
    recorded: dict[int, set[str]]

    def saw(self, call: ast.Call, name: str) -> bool:
        """Tell whether this call was recorded."""
        span = range(call.lineno, (call.end_lineno or call.lineno) + 1)
        sends = name in _EXECUTING or name in _DESTROYING
        wanted = {_class_of(name), "SQL"} if sends else {_class_of(name)}
        return any(wanted & self.recorded.get(line, set()) for line in span)

    def went_through(self, call: ast.Call) -> bool:
        """Tell whether a line of this call ran."""
        return any(n in self.lines for n in range(call.lineno, (call.end_lineno or 0) + 1))


NOTHING = Ran(frozenset(), {})


def functions(tree: ast.AST, lines: frozenset[int]) -> list[ast.AST]:
    """Return the functions that were entered: a line of their own body ran."""
    found: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
            if any(line in lines for line in body):
                found.append(node)
    return found


def named(tree: ast.Module, name: str) -> list[ast.FunctionDef]:
    """Return the functions of a name, one behind a condition too."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name]


def unseen(function: ast.AST, ran: Ran, file: str) -> Iterator[Effect]:
    """Judge every call in a function that was not recorded."""
    conditional = _conditional(function)
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = _name(node)
            if ran.saw(node, name):
                continue
            for kind, text in _call(node, name, ran, sure=node not in conditional):
                yield kind, f"{text} ({file}:{node.lineno}, not run here)"


def _conditional(function: ast.AST) -> set[ast.AST]:
    """Return the nodes that a line may run without: after `and`, `or`, `if` and in a lambda."""
    found: set[ast.AST] = set()
    for node in ast.walk(function):
        parts: list[ast.AST] = []
        if isinstance(node, ast.BoolOp):
            parts = [*node.values[1:]]
        elif isinstance(node, ast.IfExp):
            parts = [node.body, node.orelse]
        elif isinstance(node, ast.Lambda):
            parts = [node.body]
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            parts = [node.elt]
        found.update(inner for part in parts for inner in ast.walk(part))
    return found


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _class_of(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_")) + "Op"


def _call(call: ast.Call, name: str, ran: Ran, *, sure: bool) -> Iterator[Effect]:
    kind = _class_of(name)
    if kind in DROPS or kind in RESTRICTS or name in _DESTROYING:
        yield BREAKS, f"calls {name}()"
    elif name in _EXECUTING:
        yield from _executed(call)
    elif name in {"alter_column", "add_column"}:
        yield from _column(call, name)
    elif name == "create_index" and _is(call, "unique", True):
        yield BREAKS, "adds a unique index"
    elif not (sure and ran.went_through(call)) and not _is_quiet(call, name):
        yield UNCLEAR, f"calls {name or 'something'}()"


def _executed(call: ast.Call) -> Iterator[Effect]:
    text = _constant(call.args[0]) if call.args else None
    if text is None:
        yield UNCLEAR, "executes SQL that is put together while it runs"
    else:
        yield from effects(text)


def _constant(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and _name(node) in {"text", "DDL"} and node.args:
        return _constant(node.args[0])
    return None


def _column(call: ast.Call, name: str) -> Iterator[Effect]:
    named = {keyword.arg for keyword in call.keywords}
    if name == "alter_column":
        harmless = {"existing_type", "existing_nullable", "existing_server_default", "comment"}
        harmless |= {"existing_comment", "schema"}
        if not (named <= {*harmless, "nullable"} and not _is(call, "nullable", False)):
            yield BREAKS, "changes a column"
        return
    tightens = any(
        isinstance(node, ast.Call) and _is(node, "nullable", False) and not _gives_default(node)
        for node in ast.walk(call)
    )
    if tightens:
        yield BREAKS, "adds a column NOT NULL without a server default"


def _is(call: ast.Call, key: str, value: Any) -> bool:
    return any(
        k.arg == key and isinstance(k.value, ast.Constant) and k.value.value is value
        for k in call.keywords
    )


def _gives_default(call: ast.Call) -> bool:
    return any(keyword.arg == "server_default" for keyword in call.keywords)


def _is_quiet(call: ast.Call, name: str) -> bool:
    """Tell whether a call does nothing to a database: a type, a builtin, a part of a text."""
    if name in _QUIET:
        return True
    if isinstance(call.func, ast.Name):
        return name in _PLAIN
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in {"sa", "sqlalchemy", "postgresql", "mysql"}


def raised(function: ast.FunctionDef) -> str | None:
    """Return what a function raises at its top level, without any condition."""
    for node in function.body:
        if isinstance(node, ast.Raise):
            error = node.exc
            call = error.func if isinstance(error, ast.Call) else error
            return getattr(call, "id", None) or getattr(call, "attr", None) or "an exception"
    return None
