"""May a rollback go back over the migrations that were applied since: from records alone."""

from typing import Any

import pytest

from gonogo.core.migration_guard import allows_rollback


def record(before: str | None, after: str | None, *pending: tuple[str, bool]) -> dict[str, Any]:
    listed = [{"id": name, "rollback_compatible": safe} for name, safe in pending]
    known = before is not None and after is not None
    heads = {"before": before and [before], "after": after and [after]}
    return {"migrations": {**heads, "pending": listed if known else None}}


TARGET = record("a", "b", ("b", False))
NONE: dict[str, Any] = {}
CASES = {
    "nothing was applied": (TARGET, [record("b", "b")], True),
    "all declared": (TARGET, [record("b", "d", ("c", True), ("d", True))], True),
    "one not declared": (TARGET, [record("b", "d", ("c", True), ("d", False))], False),
    "no target record": (None, [record("b", "c", ("c", True))], True),
    "no target record, not declared": (NONE, [record("b", "c", ("c", False))], False),
    "the target's own, applied late": (TARGET, [record("a", "b", ("b", False))], True),
    "its own and another": (TARGET, [record("a", "c", ("b", False), ("c", False))], False),
    "a second attempt": (TARGET, [record("b", "c", ("c", False)), record("c", "c")], False),
    "one that was never applied": (
        TARGET,
        [record("b", "x", ("x", False)), record("b", "c", ("c", True))],
        True,
    ),
    "the one in between was unsafe": (
        TARGET,
        [record("b", "c", ("c", False)), record("c", "d", ("d", True))],
        False,
    ),
    "somebody else migrated": (TARGET, [record("q", "r", ("r", True))], False),
    "half applied": (
        TARGET,
        [record("b", "d", ("c", True), ("d", True)), record("c", "d", ("d", True))],
        False,
    ),
    "the database was silent": (TARGET, [record(None, "c")], False),
    "the history was broken": (TARGET, [record("b", None)], False),
    "the last was not checked": (TARGET, [record("b", "b"), NONE], False),
    "one in between was not checked": (TARGET, [record("b", "b"), NONE, record("b", "b")], True),
    "no record": (TARGET, [], False),
    "garbage": (TARGET, [{"migrations": {"before": 3, "after": ["b"], "pending": "x"}}], False),
    "pending without a word": (
        TARGET,
        [{"migrations": {"before": ["b"], "after": ["c"], "pending": [{"id": "c"}]}}],
        False,
    ),
    "moved with nothing pending": (TARGET, [record("b", "c")], False),
    "texts for lists": (
        {"migrations": {"before": "a", "after": "b", "pending": []}},
        [{"migrations": {"before": "b", "after": "b", "pending": []}}],
        True,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_guard(name: str) -> None:
    target, since, expected = CASES[name]

    assert allows_rollback(target, since) is expected
    assert allows_rollback(target, since, configured=False) is None
