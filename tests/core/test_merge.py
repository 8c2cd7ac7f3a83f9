"""One decision from several records."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gonogo.core.merge import Quorum, merge
from gonogo.core.outcome import PRECEDENCE, Decision, worst

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
GO, BLOCK, ROLLBACK, HOLD, INCONCLUSIVE = map(
    Decision, ("GO", "BLOCK", "ROLLBACK", "HOLD", "INCONCLUSIVE")
)


def record(decision: str, **more: Any) -> dict[str, Any]:
    reasons = [] if decision == "GO" else [{"decision": decision, "signal": "live"}]
    return {
        "schema": 1,
        "project": "shop",
        "target": "production",
        "stage": "postdeploy",
        "scope": "complete",
        "decision": decision,
        "policy_hash": "1",
        "deployment": {"id": None, "commit": "abc1234"},
        "counts": {"passed": 10, "total": 10},
        "reasons": reasons,
        "expires_at": (NOW + timedelta(hours=1)).isoformat(),
        **more,
    }


def named(*records: Any) -> dict[str, Any]:
    """Name records, and give each a run of its own, unless it brings one."""
    return {
        f"r{n}": {"run_id": f"run-{n}", **each} if each else each for n, each in enumerate(records)
    }


def decide(*words: Decision, quorum: Quorum | None = None) -> Decision:
    return merge(named(*map(record, words)), NOW, quorum).decision


@pytest.mark.parametrize("words", list(itertools.product(PRECEDENCE, repeat=3)))
def test_the_strongest_shard_wins(words: tuple[Decision, ...]) -> None:
    assert decide(*words) == worst(words)


@pytest.mark.parametrize("words", list(itertools.product(PRECEDENCE, repeat=3)))
def test_no_order_of_the_records_matters(words: tuple[Decision, ...]) -> None:
    two = Quorum(2, 3)

    assert len({decide(*each, quorum=two) for each in itertools.permutations(words)}) == 1


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        ((ROLLBACK, ROLLBACK, GO), ROLLBACK),
        ((ROLLBACK, GO, GO), HOLD),
        ((ROLLBACK, INCONCLUSIVE, INCONCLUSIVE), HOLD),
        ((ROLLBACK, BLOCK, GO), HOLD),
        ((BLOCK, BLOCK, ROLLBACK), BLOCK),
        ((HOLD, GO, GO), HOLD),
        ((INCONCLUSIVE, GO, GO), GO),
        ((INCONCLUSIVE, INCONCLUSIVE, GO), INCONCLUSIVE),
        ((GO, GO), GO),
        ((GO,), INCONCLUSIVE),
        ((), INCONCLUSIVE),
    ],
)
def test_two_of_three_places(words: tuple[Decision, ...], decision: Decision) -> None:
    assert decide(*words, quorum=Quorum(2, 3)) == decision


@pytest.mark.parametrize(
    ("odd", "fault"),
    [
        (None, "no record"),
        ({}, "not a record of schema 1"),
        (record("PENDING"), "not over"),
        (record("MAYBE"), "no decision"),
        (record("GO", expires_at="2026-11-21T02:59:59Z"), "expired"),
        (record("GO", expires_at=None), "does not say when it expires"),
        (record("GO", counts={"total": 0}), "a GO without a check"),
        (record("GO", snapshot=True), "decides nothing"),
        (record("GO", project="other"), "another project"),
        (record("GO", stage="predeploy"), "another stage"),
        (record("GO", policy_hash="2"), "another policy_hash"),
        (record("GO", deployment={"commit": "def5678"}), "another commit"),
        (record("GO", deployment=None), "another commit"),
    ],
)
def test_what_is_no_evidence_is_never_a_go(odd: Any, fault: str) -> None:
    merged = merge(named(record("GO"), record("GO"), odd), NOW)
    placed = merge(named(record("GO"), odd), NOW, Quorum(2, 3))

    assert merged.decision == INCONCLUSIVE
    assert placed.decision == INCONCLUSIVE
    assert fault in merged.text


def test_a_copy_is_no_second_voice() -> None:
    bad = record("ROLLBACK", run_id="one")
    merged = merge(named(bad, bad, record("GO")), NOW, Quorum(2, 3))

    assert merged.decision == HOLD
    assert "r1: the same run as r0" in merged.text
    assert merge(named(record("GO", run_id="one"), record("GO", run_id="one")), NOW).decision != GO


@pytest.mark.parametrize(
    ("words", "shards", "decision"),
    [
        ((GO, GO), 2, GO),
        ((GO, GO), 3, INCONCLUSIVE),
        ((GO, ROLLBACK), 3, ROLLBACK),
        ((HOLD,), 3, HOLD),
    ],
)
def test_a_shard_that_is_missing_is_no_go(
    words: tuple[Decision, ...], shards: int, decision: Decision
) -> None:
    assert merge(named(*map(record, words)), NOW, shards=shards).decision == decision


def test_a_rollback_stands_beside_a_record_that_is_missing() -> None:
    assert merge(named(record("ROLLBACK"), None), NOW).decision == ROLLBACK


def test_no_record_at_all_is_inconclusive() -> None:
    assert merge({}, NOW).decision == INCONCLUSIVE


def test_shards_may_be_of_several_targets_and_places_may_not() -> None:
    two = named(record("GO"), record("GO", target="staging"))

    assert merge(two, NOW).decision == GO
    assert merge(two, NOW, Quorum(2, 2)).decision == INCONCLUSIVE


def test_a_fleet_of_a_thousand_services_is_one_decision() -> None:
    """10,000 checks over 4 shards: the one failure is found, with where it comes from."""
    reason = {"decision": "ROLLBACK", "signal": "live", "check": "suites/health/t.py::t[s731]"}
    counts = {"passed": 2500, "failed": 0, "total": 2500}
    shards = [record("GO", counts=counts) for _ in range(3)]
    bad = record("ROLLBACK", counts={**counts, "passed": 2499, "failed": 1}, reasons=[reason])
    merged = merge(named(*shards, bad), NOW)

    assert merged.decision == ROLLBACK
    assert merged.counts["total"] == 10_000
    assert merged.counts["failed"] == 1
    assert merged.reasons == [{**reason, "record": "r3"}]
    assert merged.complete
