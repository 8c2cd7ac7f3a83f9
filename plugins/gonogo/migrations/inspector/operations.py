"""What a recorded operation of Alembic does to the version before."""

from collections.abc import Iterator
from typing import Any

from .sql import BREAKS, UNCLEAR, Effect

Name = tuple[str | None, str]

DROPS = {
    "DropTableOp": "table",
    "DropColumnOp": "column",
    "DropIndexOp": "index",
    "DropConstraintOp": "constraint",
}
RESTRICTS = {
    "CreateUniqueConstraintOp": "a unique constraint",
    "CreateForeignKeyOp": "a foreign key",
    "CreateCheckConstraintOp": "a check constraint",
    "CreatePrimaryKeyOp": "a primary key",
    "CreateExcludeConstraintOp": "an exclusion constraint",
}
ADDS = {"CreateTableOp", "CreateTableCommentOp", "DropTableCommentOp", "BulkInsertOp"}
JUDGED = {
    *DROPS,
    *RESTRICTS,
    *ADDS,
    "RenameTableOp",
    "CreateIndexOp",
    "AddColumnOp",
    "AlterColumnOp",
}
_WIDER = {
    "SmallInteger": {"Integer", "BigInteger", "Numeric"},
    "Integer": {"BigInteger", "Numeric"},
    "String": {"Text", "UnicodeText"},
    "Float": {"Double"},
}


class Operations:
    """Judges operations in order: what an earlier one has created is the new version's own."""

    def __init__(self, existing: set[str]) -> None:
        self._existing = existing
        self._created: set[Name] = set()
        self.creates: list[str] = []

    def effects(self, operation: Any) -> list[Effect]:
        """Return what an operation does beyond adding; SQL is judged where it is emitted."""
        name = type(operation).__name__
        if name == "CreateTableOp":
            self._note(operation)
            return []
        if name not in JUDGED:
            return [] if name == "ExecuteSQLOp" else [(UNCLEAR, f"{name} is not known")]
        table = _table_of(operation)
        if table is not None and self._is_new(operation, table):
            if name == "DropTableOp":
                self._created.discard((operation.schema, table))
            return []
        return list(_judged(name, operation, table))

    def _note(self, operation: Any) -> None:
        careful = getattr(operation, "if_not_exists", None)
        if not careful:
            self.creates.append(operation.table_name)
        if operation.table_name not in self._existing and not careful:
            self._created.add((operation.schema, operation.table_name))

    def _is_new(self, operation: Any, table: str) -> bool:
        schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None)
        return (schema, table) in self._created


def _table_of(operation: Any) -> str | None:
    for name in ("table_name", "source_table"):
        found = getattr(operation, name, None)
        if found is not None:
            return str(found)
    return None


def _judged(name: str, operation: Any, table: str | None) -> Iterator[Effect]:
    on = f" of {table}" if table else ""
    if name in DROPS:
        yield (
            BREAKS,
            f"drops {DROPS[name]} {_called(operation)}{'' if name == 'DropTableOp' else on}",
        )
    elif name in RESTRICTS:
        yield BREAKS, f"adds {RESTRICTS[name]} to {table}"
    elif name == "RenameTableOp":
        yield BREAKS, f"renames table {table} to {operation.new_table_name}"
    elif name == "CreateIndexOp" and operation.unique:
        yield BREAKS, f"adds a unique index to {table}"
    elif name == "AddColumnOp":
        yield from _added(operation.column, table)
    elif name == "AlterColumnOp":
        yield from _altered(operation, f"{table}.{operation.column_name}")


def _called(operation: Any) -> str:
    names = ("column_name", "index_name", "constraint_name", "table_name")
    found = (getattr(operation, each, None) for each in names)
    return str(next((each for each in found if each is not None), "without a name"))


def _added(column: Any, table: str | None) -> Iterator[Effect]:
    given = column.server_default is not None or column.identity or column.computed
    serial = column.autoincrement is True
    if not column.nullable and not given and not serial:
        yield BREAKS, f"adds {table}.{column.name} NOT NULL without a server default"
    if column.unique or column.primary_key or column.constraints:
        yield BREAKS, f"adds {table}.{column.name} with a constraint"


def _altered(operation: Any, column: str) -> Iterator[Effect]:
    if operation.modify_name is not None and operation.modify_name != operation.column_name:
        yield BREAKS, f"renames {column} to {operation.modify_name}"
    if operation.modify_nullable is False and operation.existing_nullable is not False:
        yield BREAKS, f"makes {column} NOT NULL"
    if operation.modify_server_default is None and operation.existing_server_default is not None:
        yield BREAKS, f"drops the default of {column}"
    if operation.modify_type is not None:
        yield from _retyped(operation.existing_type, operation.modify_type, column)


def _retyped(before: Any, after: Any, column: str) -> Iterator[Effect]:
    if before is None:
        yield BREAKS, f"changes the type of {column} to {after!r}; the type before is not said"
    elif not _is_wider(_instance(before), _instance(after)):
        yield BREAKS, f"changes the type of {column} from {before!r} to {after!r}"


def _instance(given: Any) -> Any:
    return given() if isinstance(given, type) else given


def _is_wider(before: Any, after: Any) -> bool:
    """Tell whether every value of one type is one of the other as well."""
    if repr(before) == repr(after):
        return True
    was, is_now = _generic(before), _generic(after)
    if was == is_now == "String":
        return after.length is None or (before.length is not None and after.length >= before.length)
    if was == is_now == "Numeric":
        return _holds_more(before, after)
    if is_now == "Numeric" and was in _WIDER:
        return after.precision is None
    return is_now in _WIDER.get(was, ())


def _holds_more(before: Any, after: Any) -> bool:
    if after.precision is None:
        return True
    if before.precision is None:
        return False
    scale = (after.scale or 0) - (before.scale or 0)
    return bool(scale >= 0 and after.precision - before.precision >= scale)


def _generic(given: Any) -> str:
    """Return the name of the generic type: VARCHAR is a String, INTEGER an Integer."""
    found = [each.__name__ for each in type(given).__mro__]
    order = ("Enum", "UnicodeText", "Text", "String", "SmallInteger", "BigInteger", "Integer")
    known = (*order, "Double", "Float", "Numeric")
    return next((name for name in known if name in found), found[0])
