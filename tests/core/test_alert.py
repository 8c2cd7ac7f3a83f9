"""When somebody is told: a table of runs, a clock of our own, and what must never happen."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.history.records import NOON, check, record

from gonogo.core.alert import (
    Alert,
    Event,
    Patience,
    Seen,
    State,
    alone,
    step,
    undelivered,
)
from gonogo.core.alert_record import group_of, seen_of
from gonogo.core.outcome import Decision
from gonogo.core.past import Identity

MINUTE = 60.0
HEALTH = frozenset({"suites/health"})
WORDS = {
    "G": Decision.GO,
    "H": Decision.HOLD,
    "R": Decision.ROLLBACK,
    "B": Decision.BLOCK,
    "U": Decision.INCONCLUSIVE,
}


def all_but_go(alert: Alert) -> bool:
    return alert.event is not Event.GO


@dataclass
class World:
    """Runs one after another, each a quarter of an hour later, and what was told."""

    patience: Patience = field(default_factory=Patience)
    state: State = field(default_factory=State)
    now: float = NOON
    told: list[Alert] = field(default_factory=list)

    def run(self, word: str, signals: str = "api live", **more: object) -> Alert | None:
        self.now += 15 * MINUTE
        given: dict[str, object] = {"suites": HEALTH, "reason": signals}
        seen = Seen(
            WORDS[word],
            self.now - 10,
            self.now,
            signals=frozenset(signals.split(",") if word != "G" else ()),
            **{**given, **more},  # type: ignore[arg-type]
        )
        taken = step(self.state, seen, self.patience, self.now, all_but_go)
        self.state = State.from_flat(taken.state.flat())
        assert (taken.alert is None) == bool(taken.silence)
        if taken.alert is not None:
            self.told.append(taken.alert)
        return taken.alert


def story(letters: str, patience: Patience | None = None) -> str:
    """Tell a row of runs; "." where nothing is said, else the first letter of the event."""
    world = World(patience or Patience())
    alerts = [world.run(letter) for letter in letters]
    first = {Event.PROBLEM: "p", Event.CHANGED: "c", Event.REMINDER: "r", Event.RECOVERED: "ok"}
    return " ".join(first[each.event] if each else "." for each in alerts)


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ("GGG", ". . ."),
        ("GHHG", ". p . ok"),
        ("GHGHG", ". p ok p ok"),
        ("HRRH", "p c . c"),
        ("B" * 17 + "G", "p" + " ." * 15 + " r ok"),  # four hours
        ("GUGUGUG", ". . . . . . ."),  # it does not flap
        ("GUUUG", ". . p . ok"),
        ("HUHG", "p . . ok"),
        ("HUUUHG", "p . c . c ok"),
        ("GUHG", ". . p ok"),
        ("UHUHU", ". p . . ."),
    ],
)
def test_what_a_row_of_runs_tells(runs: str, told: str) -> None:
    assert story(runs) == told


def test_patience_is_configuration() -> None:
    assert story("GUUUG", Patience(inconclusive_after=1)) == ". p . . ok"
    assert story("GUUUG", Patience(inconclusive_after=3)) == ". . . p ok"
    assert story("HHHHH", Patience(remind_after=30 * MINUTE)) == "p . r . r"


def test_only_scheduled_runs_are_patient() -> None:
    assert World().run("U", scheduled=False) is not None


def test_a_recovery_says_what_is_over_and_how_long_it_took() -> None:
    world = World()
    world.run("H", reason="502")
    world.run("R", "api live,api database", reason="503")
    over = world.run("G")

    assert over == Alert(
        Event.RECOVERED,
        Decision.GO,
        NOON + 15 * MINUTE - 10,
        Decision.ROLLBACK,
        "503",
        ever=frozenset({Decision.HOLD, Decision.ROLLBACK}),
    )
    assert world.state == State(sent=world.state.sent)


def test_other_signals_are_another_problem_but_other_silences_are_not() -> None:
    world = World()
    told = [world.run("H", "a,b"), world.run("H", "b,a"), world.run("H", "a"), world.run("H", "c")]
    assert [each and each.event for each in told] == [
        Event.PROBLEM,
        None,
        Event.CHANGED,
        Event.CHANGED,
    ]

    world = World()
    assert [bool(world.run("U", signals)) for signals in "abcd"] == [False, True, False, False]


def test_the_trouble_began_with_the_first_run_that_was_not_told() -> None:
    world = World()
    world.run("U")
    alert = world.run("U")

    assert alert is not None
    assert alert.since == NOON + 15 * MINUTE - 10


def test_a_go_of_other_suites_is_no_recovery_unless_the_release_is_gone() -> None:
    watch, bad, good = (
        frozenset({"suites/watch"}),
        Identity(commit="a" * 7),
        Identity(commit="b" * 7),
    )
    world = World()
    world.run("R", suites=watch, identity=bad)

    assert world.run("G", identity=bad) is None
    assert world.run("G") is None
    recovered = world.run("G", identity=good)
    assert recovered is not None
    assert recovered.event is Event.RECOVERED


def test_of_two_runs_at_the_same_time_one_tells() -> None:
    world = World()
    world.run("H", "a,b")

    seen = Seen(Decision.HOLD, NOON + 1, NOON + 20, signals=frozenset({"a"}), suites=HEALTH)
    cases = {
        seen: None,
        replace(seen, decision=Decision.GO): None,
        replace(seen, decision=Decision.INCONCLUSIVE, scheduled=False): None,
        replace(seen, decision=Decision.ROLLBACK): Event.CHANGED,
        replace(seen, signals=frozenset("c")): Event.CHANGED,
    }
    for each, event in cases.items():
        alert = step(world.state, each, world.patience, world.now + 1, all_but_go).alert
        assert (alert and alert.event) == event, each


def test_what_is_held_back_is_told_when_there_is_room() -> None:
    world = World(Patience(at_most=(2, 3600.0)))
    told = [world.run(letter) for letter in "HGHHHHGG"]

    events = [each and each.event for each in told]
    assert events == [
        Event.PROBLEM,
        Event.RECOVERED,
        None,
        None,
        Event.PROBLEM,
        None,
        Event.RECOVERED,
        None,
    ]
    problem = told[4]
    assert problem is not None
    assert (problem.held, problem.since) == (2, NOON + 45 * MINUTE - 10)


def test_what_reached_nobody_is_told_by_the_next_run() -> None:
    world = World()
    before = world.state
    first = world.run("H")
    assert first is not None
    world.state = undelivered(world.state, world.state, before, first)
    again = world.run("H")

    assert again == first
    before = world.state
    over = world.run("G")
    assert over is not None
    other = replace(world.state, silent=1)
    assert undelivered(other, world.state, before, over) == other
    world.state = undelivered(world.state, world.state, before, over)
    assert world.run("G") == over


def test_without_a_past_whatever_is_not_go_is_told() -> None:
    for word in WORDS.values():
        taken = alone(Seen(word, NOON, NOON + 1), all_but_go)
        assert bool(taken.alert) is (word is not Decision.GO)
    asked = alone(Seen(Decision.GO, NOON, NOON + 1), lambda _alert: True).alert
    assert asked is not None
    assert asked.event is Event.GO


def test_what_nobody_wants_is_taken_as_told() -> None:
    seen = Seen(Decision.HOLD, NOON, NOON + 1, signals=frozenset({"a"}))
    taken = step(State(), seen, Patience(), NOON, lambda _alert: False)

    assert (taken.alert, taken.state.decision, taken.state.sent) == (None, Decision.HOLD, ())
    assert taken.silence


@given(st.text("GHRBU", max_size=40), st.integers(1, 4), st.integers(1, 3))
def test_messages_make_sense_whatever_happens(runs: str, most: int, after: int) -> None:
    world = World(Patience(3600.0, after, (most, 3600.0)))
    times = []
    for letter in runs:
        before = world.state.decision
        alert = world.run(letter)
        if alert is None:
            continue
        times.append(world.now)
        assert (alert.event is Event.RECOVERED) == (letter == "G")
        assert (alert.event is Event.PROBLEM) == (before is Decision.GO)
        assert alert.since <= world.now
    for at in times:
        assert len([each for each in times if at - 3600.0 < each <= at]) <= most


def test_a_record_is_read() -> None:
    reason = {"signal": "live", "service": "api", "message": "GET\n502", "outcome": "FAIL"}
    silent = {**reason, "signal": "ledger", "outcome": "UNKNOWN", "check": ""}
    told = record(
        "r",
        "HOLD",
        commit="aaaaaaa",
        stage="scheduled",
        reasons=[{**reason, "check": "suites/health/test_a.py::test_b[api]"}, silent],
        checks=[check("suites/health/test_a.py::test_b[api]"), check("suites/smoke/x/t.py::t")],
    )

    assert seen_of(told) == Seen(
        Decision.HOLD,
        NOON,
        NOON + 10,
        signals=frozenset({"api live"}),
        suites=frozenset({"suites/health", "suites/smoke/x"}),
        reason="test_b[api]: GET 502",
        identity=Identity(commit="aaaaaaa"),
    )
    assert seen_of({**told, "reasons": [silent]}).signals == {"api ledger"}
    groups = [group_of({**told, "stage": s}) for s in ("predeploy", "postdeploy", "scheduled")]
    assert groups == ["predeploy", "serving", "serving"]
    assert group_of({**told, "shadow": True}) != groups[2]


@pytest.mark.parametrize("scheduled", [False, True])
def test_the_same_failure_of_another_deployment_is_told(scheduled: bool) -> None:
    """Its version was taken back, and nobody has asked since: the next one is no old news."""
    world = World()
    told = [
        world.run("R", scheduled=scheduled, identity=Identity(commit=commit)) is not None
        for commit in ("aaaaaaa", "aaaaaaa", "bbbbbbb", "bbbbbbb")
    ]

    assert told == [True, False, not scheduled, False]
