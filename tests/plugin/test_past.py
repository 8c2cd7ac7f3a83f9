"""What a run makes of its past, without a run around it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gonogo.config.models import HistoryModel
from gonogo.core.guard import Standing
from gonogo.core.outcome import Stage
from gonogo.core.past import Identity, PastSample, Rollback
from gonogo.core.subject import Target
from gonogo.history import History, Unavailable, opened
from gonogo.plugin.past import NOT_CONFIGURED, PastRuns
from tests.history.records import check, record

NOW = 1_800_000_000.0
HOUR = 3600.0
A, B, C, NOBODY = (
    Identity(commit="a" * 7),
    Identity(commit="b" * 7),
    Identity(commit="c" * 7),
    Identity(),
)
URL = "sqlite:///history.sqlite"
Before = list[tuple[Identity, float, dict[str, Any]]]


class Told:
    """A history in a folder, told in minutes before now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, decision: str, who: Identity, minutes: float, **more: Any) -> "Told":
        at = NOW - 60 * minutes
        self._do(lambda h: h.add(record(f"r{minutes}", decision, at=at, commit=who.commit, **more)))
        return self

    def back(self, source: Identity, goal: Identity, minutes: float) -> "Told":
        at = NOW - 60 * minutes
        self._do(lambda h: h.add_rollback("production", Rollback(at, source, goal)))
        return self

    def _do(self, work: Callable[[History], object]) -> None:
        with opened(URL, self.folder, "shop") as history:
            work(history)

    def past(self, **model: Any) -> PastRuns:
        return PastRuns(HistoryModel(**model, url=URL), "shop", self.folder, lambda: NOW)

    def standing(
        self,
        current: Identity,
        stage: Stage = Stage.POSTDEPLOY,
        *,
        migrations: bool = False,
        **target: Any,
    ) -> Standing:
        asked = Target("production", "", **target)
        return self.past().standing(asked, current, stage, migrations=migrations)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


@pytest.mark.parametrize(
    ("target", "file", "thawed"),
    [
        ({}, "", None),
        ({"frozen": True}, "", False),
        ({"frozen": False}, "", True),
        ({"frozen_file": "FROZEN"}, "FROZEN", False),
        ({"frozen_file": "FROZEN"}, "", True),
        ({"frozen": False, "frozen_file": "FROZEN"}, "FROZEN", False),
    ],
)
def test_frozen(told: Told, target: dict[str, Any], file: str, *, thawed: bool | None) -> None:
    if file:
        (told.folder / file).write_text("until Monday")

    assert told.standing(B, **target).guard["frozen"] is thawed


FAILED = {"checks": [check("x", "FAIL")]}
PASSED = {"checks": [check("x")]}
SILENT = {"checks": [check("x", "UNKNOWN")]}
SCHEDULED = {"stage": "scheduled"}
BEFORE = [
    # runs before: identity, minutes ago, what they were; what failed before
    ([], None),
    ([(NOBODY, 10, FAILED | SCHEDULED)], {"x"}),
    ([(NOBODY, 31, FAILED | SCHEDULED)], None),
    ([(NOBODY, 10, PASSED | SCHEDULED)], set()),
    ([(NOBODY, 20, FAILED | SCHEDULED), (NOBODY, 10, PASSED | SCHEDULED)], set()),
    ([(NOBODY, 20, PASSED | SCHEDULED), (NOBODY, 10, FAILED | SCHEDULED)], {"x"}),
    ([(NOBODY, 20, FAILED | SCHEDULED), (NOBODY, 10, SILENT | SCHEDULED)], {"x"}),
    ([(A, 10, FAILED)], {"x"}),
    ([(B, 10, FAILED)], None),  # the deployment itself
    ([(NOBODY, 20, FAILED), (B, 10, FAILED)], {"x"}),
    ([(B, 10, FAILED), (NOBODY, 5, FAILED | SCHEDULED)], None),  # after it was deployed
    ([(B, 10, FAILED | {"stage": "predeploy"})], {"x"}),
    ([(B, 10, FAILED | {"snapshot": True})], {"x"}),
    ([(A, 10, FAILED | {"target": "staging"})], None),
]


@pytest.mark.parametrize(("runs", "failed"), BEFORE, ids=map(str, range(len(BEFORE))))
def test_what_failed_before(told: Told, runs: Before, failed: set[str] | None) -> None:
    for who, minutes, more in runs:
        told.run("HOLD", who, minutes, **more)
    standing = told.standing(B)

    assert standing.failed_before == failed
    assert standing.guard["preexisting"] is (None if failed is None else True)


def test_what_is_known_of_nobody(told: Told) -> None:
    told.run("HOLD", NOBODY, 10, **FAILED)

    assert told.standing(NOBODY).failed_before is None


@pytest.mark.parametrize(
    ("runs", "current", "within"),
    [
        ([(A, 30, {})], NOBODY, True),
        ([(A, 61, {})], NOBODY, False),
        ([(A, 30, {})], A, True),
        ([(A, 30, {})], B, False),
        ([(A, 30, SCHEDULED)], A, False),  # nobody has recorded when it was deployed
        ([(A, 90, {}), (B, 30, {})], NOBODY, True),
        ([], NOBODY, False),
    ],
)
def test_the_rollback_window(
    told: Told,
    runs: list[tuple[Identity, float, dict[str, Any]]],
    current: Identity,
    *,
    within: bool,
) -> None:
    for who, minutes, more in runs:
        told.run("GO", who, minutes, **more)

    assert told.standing(current, Stage.SCHEDULED).in_window is within


def test_one_rollback_is_enough(told: Told) -> None:
    told.run("GO", A, 600).run("ROLLBACK", B, 120).back(B, A, 110)

    assert told.standing(B).guard["attempt_budget"] is False
    assert told.standing(C).guard["attempt_budget"] is True
    assert told.standing(A).guard["rollback_of_rollback"] is False


def test_a_rollback_that_nobody_noted_counts(told: Told) -> None:
    told.run("GO", C, 900).run("GO", A, 600).run("ROLLBACK", B, 120).run("GO", A, 110)

    assert told.standing(A).guard["rollback_of_rollback"] is False
    assert told.standing(A).previous == C
    assert told.standing(B).guard["attempt_budget"] is False


def test_a_scheduled_run_judges_what_was_deployed_last(told: Told) -> None:
    told.run("GO", A, 600).run("GO", B, 20)
    standing = told.standing(NOBODY, Stage.SCHEDULED)

    assert standing.previous == A
    assert standing.guard["no_target"] is True


def migrated(before: str, after: str, *, compatible: bool = True) -> dict[str, Any]:
    pending = [{"id": after, "rollback_compatible": compatible}] if before != after else []
    fact = {"before": [before], "after": [after], "pending": pending}
    return {"stage": "predeploy", "migrations": fact}


SCHEMAS = [
    # predeploy runs: identity, what they would migrate; what the guard says
    ([(A, migrated("1", "1")), (B, migrated("1", "1"))], True),
    ([(A, migrated("1", "1")), (B, migrated("1", "2"))], True),
    ([(A, migrated("1", "1")), (B, migrated("1", "2", compatible=False))], False),
    ([(A, migrated("1", "2", compatible=False)), (B, migrated("2", "2"))], True),
    ([(A, migrated("1", "1")), (B, migrated("2", "2"))], False),
    ([(A, migrated("1", "1")), (B, {"stage": "predeploy"})], False),
    ([(A, migrated("1", "1")), (B, migrated("1", "1")), (B, {"stage": "predeploy"})], True),
    ([(A, migrated("1", "1")), (B, migrated("1", "1")), (C, migrated("1", "3"))], True),
    ([], False),
]


@pytest.mark.parametrize(("runs", "allows"), SCHEMAS, ids=map(str, range(len(SCHEMAS))))
def test_the_schema_of_now(
    told: Told, runs: list[tuple[Identity, dict[str, Any]]], *, allows: bool
) -> None:
    told.run("GO", A, 500)
    for number, (who, more) in enumerate(runs):
        told.run("GO", who, 400 - number, **more)

    assert told.standing(B, migrations=True).guard["rollback_unsafe_migration"] is allows
    assert told.standing(B).guard["rollback_unsafe_migration"] is None


def test_without_a_history_nothing_is_known(tmp_path: Path) -> None:
    past = PastRuns(None, "shop", tmp_path)
    standing = past.standing(Target("production", ""), A, Stage.POSTDEPLOY)

    assert standing == Standing()
    assert past.write(record("r")) is None
    with pytest.raises(Unavailable, match="add \\[history\\]"):
        past.ask(lambda history: history.runs())
    assert "[history]" in NOT_CONFIGURED


def test_who_is_silent_is_not_asked_again_but_told(told: Told) -> None:
    past = told.past()
    began = time.monotonic()

    def endless(_history: History) -> None:
        time.sleep(1.2)

    told.run("GO", A, 10)
    for _ in range(3):
        with pytest.raises(Unavailable, match="no answer within"):
            past.ask(endless)
    assert past.write(record("late")) is None
    assert time.monotonic() - began < 2.5


def test_what_breaks_is_unavailable(told: Told) -> None:
    told.run("GO", A, 10)
    past, asked = told.past(), list[History]()
    with pytest.raises(Unavailable, match="ZeroDivisionError"):
        past.ask(lambda _history: 1 // 0)
    with pytest.raises(Unavailable, match="ZeroDivisionError"):
        past.ask(asked.append)

    assert asked == []


def test_samples_are_written_with_the_run_and_old_runs_forgotten(told: Told) -> None:
    told.run("GO", A, 300).run("HOLD", A, 200).run("HOLD", A, 30)
    past = told.past(retention="1h")
    past.keep([PastSample("latency", NOW, 0.1)])

    assert past.write(record("new", at=NOW)) is None
    with opened(URL, told.folder, "shop") as history:
        assert [run.run_id for run in history.runs()] == ["new", "r30"]
        assert [each.value for each in history.samples("new")] == [0.1]
