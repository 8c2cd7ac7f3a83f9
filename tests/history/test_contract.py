"""What a history promises, wherever it keeps things."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from gonogo.core.alert import Patience, Seen, State, Step, step
from gonogo.core.lasting import Sighting
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.past import Identity, Mark, PastSample, Rollback
from gonogo.history import History, Wanted, opened

from .records import NOON, check, record

HOUR = 3600.0


def test_a_run_comes_back_as_it_was(history: History) -> None:
    written = record(
        "r1", "HOLD", commit="abc1234", id="d1", checks=[check("x::y", "FAIL", message="\0 \ud800")]
    )
    history.add(written)
    (run,) = history.runs("production")

    assert history.record("r1") == written
    assert (run.run_id, run.stage, run.decision) == ("r1", Stage.POSTDEPLOY, Decision.HOLD)
    assert (run.started, run.finished) == (NOON, NOON + 10)
    assert run.identity == Identity("d1", "abc1234")
    assert history.run("r1") == run
    assert [(f.check, f.outcome) for f in history.findings("r1")] == [("x::y", Outcome.FAIL)]
    assert history.record("r2") is None
    assert history.run("r2") is None
    assert history.findings("r2") == []


def test_a_run_is_kept_once(history: History) -> None:
    history.add(record("r1"), [PastSample("latency", NOON, 0.1)])
    history.add(record("r1", "HOLD"), [PastSample("latency", NOON, 0.1)])

    assert [run.decision for run in history.runs()] == [Decision.GO]
    assert len(history.samples("r1")) == 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), "dcba"),
        (Wanted("production"), "dca"),
        (Wanted("staging"), "b"),
        (Wanted("nowhere"), ""),
        (Wanted(since=NOON + 60), "dcb"),
        (Wanted(until=NOON + 60), "a"),
        (Wanted(stages=(Stage.SCHEDULED,)), "c"),
        (Wanted(decisions=(Decision.HOLD, Decision.BLOCK)), "d"),
        (Wanted(limit=2), "dc"),
    ],
    ids=str,
)
def test_runs_are_found(history: History, wanted: Wanted, found: str) -> None:
    history.add(record("a"))
    history.add(record("b", at=NOON + 60, target="staging"))
    history.add(record("c", at=NOON + 120, stage="scheduled"))
    history.add(record("d", "HOLD", at=NOON + 180))

    assert "".join(run.run_id for run in history.find(wanted)) == found


NOT_PROVEN: list[dict[str, Any]] = [
    {"scope": "partial"},
    {"shadow": True},
    {"stage": "predeploy"},
    {"snapshot": True},
    {"target": "staging"},
]


@pytest.mark.parametrize("more", NOT_PROVEN, ids=str)
def test_the_last_go_is_a_complete_one_of_what_serves(
    history: History, more: dict[str, Any]
) -> None:
    history.add(record("old"))
    history.add(record("new", at=NOON + 60, **more))
    history.add(record("bad", "HOLD", at=NOON + 120))

    found = history.last_go("production")
    assert found is not None
    assert found.run_id == "old"
    assert history.last_go("nowhere") is None


def test_samples(history: History) -> None:
    history.add(record("r1"), [PastSample("latency", NOON + 5, 0.25, Outcome.PASS, "api", "/x")])
    nan = float("nan")
    more = [PastSample("latency", NOON, nan), PastSample("memory", NOON, 0.5, labels={"a": [1]})]
    history.add_samples("r1", more)
    history.add(record("r2", at=NOON + 60), [PastSample("memory", NOON + 61, 0.6)])
    history.add(record("r3", target="staging"), [PastSample("memory", NOON + 62, 0.7)])

    first, second = history.samples("r1", "latency")
    assert second == PastSample("latency", NOON + 5, 0.25, Outcome.PASS, "api", "/x")
    assert first.value is None or first.value != first.value
    assert history.samples("r1", "memory") == [more[1]]
    assert len(history.samples("r1")) == 3
    assert [s.value for s in history.series("production", "memory", NOON)] == [0.5, 0.6]
    assert [s.value for s in history.series("production", "memory", NOON + 1)] == [0.6]


def test_what_scheduled_runs_saw(history: History) -> None:
    def saw(run_id: str, at: float, outcome: str, stage: str = "scheduled", **more: Any) -> None:
        checks = [check("a::b", outcome), check("a::c", "FAIL", service=None, signal="slow")]
        history.add(record(run_id, at=at, stage=stage, checks=checks, **more))

    saw("old", NOON - HOUR, "FAIL")
    saw("r1", NOON, "FAIL")
    saw("r2", NOON + 60, "UNKNOWN", scope="partial")
    saw("r3", NOON + 120, "PASS", stage="postdeploy")
    saw("r4", NOON + 180, "PASS", target="staging")

    assert history.sightings("production", {"a::b"}, NOON) == [
        Sighting(NOON + 60, "a::b", "api", "live", Outcome.UNKNOWN),
        Sighting(NOON, "a::b", "api", "live", Outcome.FAIL),
    ]
    assert history.sightings("production", ["a::c"], NOON)[0] == Sighting(
        NOON + 60, "a::c", None, "slow", Outcome.FAIL
    )
    assert history.sightings("nowhere", {"a::b"}, NOON) == []
    assert history.sightings("production", set(), NOON) == []


def test_deployments(history: History) -> None:
    history.add(record("a", commit="aaaaaaa"))
    history.add(record("b", "HOLD", at=NOON + HOUR, commit="bbbbbbb", id="d2"))
    history.add(record("c", "HOLD", at=NOON + 2 * HOUR, commit="aaaaaaa", stage="scheduled"))
    history.add(record("d", at=NOON + 3 * HOUR, commit="ccccccc", stage="scheduled"))
    nothing: list[dict[str, Any]] = [{"stage": "predeploy"}, {"snapshot": True}, {"target": "s"}]
    for number, more in enumerate(nothing):
        history.add(record(f"x{number}", commit="ddddddd", **more))
    history.add(record("e", at=NOON + 4 * HOUR))

    third, first, second = history.deployments("production")
    assert (first.identity, first.first_seen, first.last_seen) == (
        Identity(commit="aaaaaaa"),
        NOON,
        NOON + 2 * HOUR + 10,
    )
    assert (first.decision, first.deployed, first.proven) == (Decision.HOLD, NOON, NOON + 10)
    assert second.identity == Identity("d2", "bbbbbbb")
    assert (second.decision, second.proven) == (Decision.HOLD, None)
    assert (third.deployed, third.proven) == (None, NOON + 3 * HOUR + 10)


def test_what_is_blocked_has_never_taken_traffic(history: History) -> None:
    history.add(record("a", "BLOCK", commit="aaaaaaa"))
    assert history.deployments("production")[0].deployed is None

    history.add(record("b", "HOLD", at=NOON + 60, commit="aaaaaaa"))
    assert history.deployments("production")[0].deployed == NOON + 60


def test_a_run_that_is_told_late_changes_no_later_decision(history: History) -> None:
    history.add(record("b", "HOLD", at=NOON + 60, commit="aaaaaaa"))
    history.add(record("a", at=NOON, commit="aaaaaaa"))

    (found,) = history.deployments("production")
    assert (found.decision, found.first_seen, found.deployed) == (Decision.HOLD, NOON, NOON)
    assert found.last_seen == NOON + 70


def test_what_a_rollback_leads_to(history: History) -> None:
    history.add(record("a", commit="aaaaaaa", id="d1"))
    history.add(record("b", at=NOON + 60, commit="bbbbbbb", id="d2"))
    history.add(record("c", "HOLD", at=NOON + 120, commit="ccccccc", id="d3"))

    for current, goal in (("d3", "d2"), ("d2", "d1"), ("d4", "d2")):
        found = history.previous("production", Identity(current))
        assert found is not None
        assert found.identity.id == goal
    assert history.previous("production", Identity()) is None
    assert history.previous("staging", Identity("d9")) is None


def test_rollbacks(history: History) -> None:
    first = Rollback(NOON, Identity("d2", "b"), Identity("d1", "a"), outcome="asked", run_id="r")
    second = Rollback(NOON + 60, Identity("d3"), automatic=False, service="api")
    for each in (first, second, Rollback(NOON, first.source, first.goal, outcome="served")):
        history.add_rollback("production", each)
    history.add_rollback("staging", first)

    assert [each.outcome for each in history.rollbacks("production")] == ["", "served"]
    assert history.rollbacks("production", since=NOON + 1) == [second]


def test_a_rollback_is_claimed_once(history: History) -> None:
    def claimed(source: str, minutes: float, target: str = "production") -> bool:
        return history.claim_rollback(target, Rollback(NOON + 60 * minutes, Identity(source)))

    assert claimed("d2", 0)
    assert not claimed("d2", 0)
    assert not claimed("d3", 59)  # another one within the hour
    assert claimed("d3", 61)
    assert not claimed("d2", 600)  # the same deployment, whenever
    assert claimed("d2", 0, "staging")
    assert len(history.rollbacks("production")) == 2
    history.add_rollback("byhand", Rollback(NOON, Identity("d2"), automatic=False))
    assert claimed("d2", 0.5, "byhand")


def test_of_many_who_claim_a_rollback_one_gets_it(url: str, tmp_path: Path) -> None:
    together = Barrier(4)

    def claimed(number: int) -> list[bool]:
        with opened(url, tmp_path, "shop") as history:
            return [claim(history, Rollback(NOON + number, Identity("d2")), n) for n in range(10)]

    def claim(history: History, wish: Rollback, target: int) -> bool:
        together.wait(20)
        return history.claim_rollback(str(target), wish)

    with opened(url, tmp_path, "shop"), ThreadPoolExecutor(4) as many:
        got = list(many.map(claimed, range(4)))
    assert [sum(target) for target in zip(*got, strict=True)] == [1] * 10


FULL = State(
    Decision.HOLD,
    frozenset({"api live", "ü"}),
    frozenset({"suites/health"}),
    "502 \ud800",
    Identity("d1", "abc1234"),
    since=NOON,
    seen=NOON + 1.5,
    told=NOON + 2,
    silent=1,
    first=NOON - 1,
    sent=(NOON, NOON + 2),
    held=3,
    ever=frozenset({Decision.HOLD, Decision.ROLLBACK}),
)


def test_what_was_told_is_kept_for_each_target_and_group(history: History) -> None:
    def state(target: str, group: str, change: State | None = None) -> State:
        found: list[State] = []

        def kept(known: State) -> Step:
            found.append(known)
            return Step(change or known, silence="because")

        assert history.alerted(target, group, kept).silence == "because"
        return found[0]

    assert state("production", "serving", FULL) == State()
    assert state("production", "serving") == FULL
    assert state("production", "predeploy") == State()
    assert state("staging", "serving") == State()
    history.prune(NOON + HOUR)
    assert state("production", "serving", State()) == FULL
    assert state("production", "serving") == State()


def test_a_change_that_fails_changes_nothing(history: History) -> None:
    history.alerted("production", "serving", lambda _known: Step(FULL))
    with pytest.raises(ZeroDivisionError):
        history.alerted("production", "serving", lambda _known: 1 / 0)  # type: ignore[arg-type, return-value]

    assert history.alerted("production", "serving", Step).state == FULL


def test_of_many_who_see_a_problem_one_tells(url: str, tmp_path: Path) -> None:
    together = Barrier(4)
    seen = Seen(Decision.HOLD, NOON, NOON + 10, signals=frozenset({"api live"}))

    def told(_number: int) -> list[bool]:
        with opened(url, tmp_path, "shop") as history:
            return [tells(history, str(target)) for target in range(10)]

    def tells(history: History, target: str) -> bool:
        together.wait(20)
        change = partial(step, seen=seen, patience=Patience(), now=NOON, wanted=lambda _a: True)
        return history.alerted(target, "serving", change).alert is not None

    with opened(url, tmp_path, "shop"), ThreadPoolExecutor(4) as many:
        got = list(many.map(told, range(4)))
    assert [sum(target) for target in zip(*got, strict=True)] == [1] * 10


def test_the_baseline_is_what_a_human_says_it_is(history: History) -> None:
    def baseline() -> str | None:
        run = history.baseline("production")
        return None if run is None else run.run_id

    assert baseline() is None
    history.add(record("a"))
    history.add(record("b", "HOLD", at=NOON + 60))
    history.add(record("c", "HOLD", at=NOON + 90, snapshot=True))
    history.add(record("d", at=NOON + 120))
    assert baseline() == "d"

    history.add_samples("c", [PastSample("latency", NOON + 91, 0.1)])
    assert baseline() == "c"

    history.add_mark("production", Mark(NOON + 200, "pin", "a"))
    assert baseline() == "a"

    history.add_mark("production", Mark(NOON + 300, "invalidate", why="other hardware"))
    assert baseline() is None
    assert history.marks("production")[0].why == "other hardware"
    assert history.marks("staging") == []

    history.add(record("e", at=NOON + 400))
    assert baseline() == "e"


def test_old_runs_are_forgotten_but_not_what_is_needed(history: History) -> None:
    history.add(record("a", commit="aaaaaaa"), [PastSample("latency", NOON)])
    history.add(record("pinned", "HOLD", at=NOON + 60))
    history.add_mark("production", Mark(NOON, "pin", "pinned"))
    history.add(record("last", at=NOON + 120))
    history.add(record("bad", "HOLD", at=NOON + 180))
    history.add(record("new", "HOLD", at=NOON + 1000))

    assert history.prune(NOON + 500, most=1) == 1
    assert history.prune(NOON + 500) == 1
    assert history.prune(NOON + 500) == 0
    assert [run.run_id for run in history.runs()] == ["new", "last", "pinned"]
    assert history.samples("a") == []
    assert len(history.deployments("production")) == 1
