"""What promotion and coverage ask of a history."""

from typing import Any

import pytest

from gonogo.core.lasting import Row
from gonogo.history import History
from gonogo.history.questions import last_coverage, last_word, row_of

from .records import NOON, check, record

COMMIT = "abc1234"
PREDEPLOY: dict[str, Any] = {"stage": "predeploy"}
WORDS = [
    # runs: decision, what they were; which of them is the last GO, which says otherwise
    ([], None, None),
    ([("GO", {})], 0, None),
    ([("GO", {"commit": "fffffff"})], None, None),
    ([("GO", {"commit": "abc1234def0"})], 0, None),
    ([("GO", {"commit": None, "observed": COMMIT})], 0, None),
    ([("GO", {"commit": None})], None, None),
    ([("GO", {"target": "production"})], None, None),
    ([("GO", {"shadow": True})], None, None),
    ([("GO", {"scope": "partial"})], None, None),
    ([("GO", PREDEPLOY)], None, None),
    ([("GO", {"snapshot": True})], None, None),
    ([("GO", {"stage": "scheduled"})], 0, None),
    ([("GO", {}), ("HOLD", {})], 0, 1),
    ([("GO", {}), ("INCONCLUSIVE", {})], 0, 1),
    ([("GO", {}), ("HOLD", {}), ("GO", {})], 2, None),
    ([("GO", {}), ("HOLD", {"commit": "fffffff"})], 0, None),
    ([("GO", {}), ("ROLLBACK", {"scope": "partial"})], 0, 1),
    ([("GO", {}), ("INCONCLUSIVE", {"scope": "partial"})], 0, None),
    ([("GO", {}), ("ROLLBACK", {"shadow": True})], 0, None),
    ([("GO", {}), ("BLOCK", PREDEPLOY)], 0, None),
    ([("HOLD", {})], None, 0),
]


@pytest.mark.parametrize(("runs", "proven", "later"), WORDS, ids=map(str, range(len(WORDS))))
def test_the_last_word_about_a_commit(
    history: History, runs: list[tuple[str, dict[str, Any]]], proven: int | None, later: int | None
) -> None:
    for number, (decision, more) in enumerate(runs):
        told = {"target": "staging", "commit": COMMIT, **more}
        history.add(record(str(number), decision, at=NOON + number, **told))
    found = last_word(history, "staging", COMMIT)

    assert [None if run is None else int(run.run_id) for run in found] == [proven, later]


def test_the_coverage_of_the_last_go(history: History) -> None:
    assert last_coverage(history, "production") is None
    history.add(record("a", **PREDEPLOY, coverage=0.8))
    history.add(record("b", **PREDEPLOY, coverage=0.9, at=NOON + 1))
    history.add(record("c", at=NOON + 2))
    others: list[dict[str, Any]] = [{"scope": "partial"}, {"shadow": True}, {"target": "s"}]
    for number, more in enumerate(others):
        history.add(record(f"d{number}", at=NOON + 3, coverage=0.1, **more))
    history.add(record("e", "BLOCK", at=NOON + 4, coverage=0.2))

    assert last_coverage(history, "production") == 0.9


def test_what_was_seen_before_the_last_deploy_is_the_old_version(history: History) -> None:
    failing = [check("a::b", "FAIL")]
    for minutes, stage in ((0, "scheduled"), (10, "postdeploy"), (20, "scheduled")):
        at = NOON + 60 * minutes
        more = {"commit": "aaaaaaa"} if stage == "postdeploy" else {}
        history.add(record(f"r{minutes}", at=at, stage=stage, checks=failing, **more))
    row = row_of(history, "production", {"a::b"})

    assert row.starts == [NOON + 1200]
    assert [each.at for each in row.sightings] == [NOON + 1200]
    assert row_of(history, "staging", {"a::b"}) == Row([], [])
