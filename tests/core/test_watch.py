"""What a watch window decides, and when."""

import math
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.core.calls import before, stream, watched

from gonogo.core.baseline import Baseline, Call
from gonogo.core.outcome import Outcome
from gonogo.core.rule import DEFAULT_RULES, Action, Rule
from gonogo.core.watch import Course, Progress, Span, Window

OK, BAD, SILENT = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN


def ruled(**changes: Rule) -> dict[str, Rule]:
    return {**DEFAULT_RULES, **{name.replace("_", "-"): rule for name, rule in changes.items()}}


def left(progress: Progress, span: float = 900.0) -> float:
    """The time at which a window of this length was looked at."""
    return span - progress.left


def always(value: float) -> Callable[[float], float]:
    return lambda _at: value


def between(start: float, end: float, value: float, otherwise: float) -> Callable[[float], float]:
    return lambda at: value if start <= at < end else otherwise


@pytest.mark.parametrize(
    ("slower", "failing", "course", "reason", "by"),
    [
        pytest.param(always(1.0), always(0.005), Course.ACCEPT, "errors", 300, id="as before"),
        pytest.param(always(1.15), always(0.005), Course.ACCEPT, "errors", 400, id="a bit slower"),
        pytest.param(always(1.0), always(0.5), Course.ROLLBACK, "errors", 75, id="half fail"),
        pytest.param(always(1.0), always(0.12), Course.ROLLBACK, "errors", 300, id="12 % fail"),
        pytest.param(always(3.0), always(0.0), Course.ROLLBACK, "latency", 75, id="three times"),
        pytest.param(always(2.2), always(0.0), Course.ROLLBACK, "latency", 200, id="twice"),
        pytest.param(
            between(200, 900, 3.0, 1.0), always(0.0), Course.ROLLBACK, "latency", 300, id="late"
        ),
        pytest.param(
            always(1.0), between(100, 120, 1.0, 0.0), Course.ACCEPT, "errors", 900, id="a blip"
        ),
        pytest.param(
            between(0, 30, 3.0, 1.0), always(0.0), Course.ACCEPT, "errors", 400, id="a cold start"
        ),
    ],
)
def test_calls_decide(
    slower: Callable[[float], float],
    failing: Callable[[float], float],
    course: Course,
    reason: str,
    by: float,
) -> None:
    found = watched(Window(before()), stream(900, slower=slower, failing=failing))

    assert (found.course, left(found) <= by) == (course, True), found
    assert reason in found.reason


def test_no_rollback_before_four_slices() -> None:
    found = watched(Window(before()), stream(900, rate=20, failing=always(1.0)))

    assert found.course is Course.ROLLBACK
    assert 60 <= left(found) <= 75


@pytest.mark.parametrize(
    ("lasts", "course"), [(75, Course.ACCEPT), (150, Course.ROLLBACK)], ids=["passes", "stays"]
)
def test_a_wave_of_load_is_waited_out(lasts: float, course: Course) -> None:
    slower = between(150, 150 + lasts, 2.2, 1.0)

    found = watched(Window(before(1000)), stream(900, rate=20, slower=slower))

    assert found.course is course, found


@pytest.mark.parametrize(("failing", "rolled_back"), [(0.033, False), (0.055, True)])
def test_many_calls_must_show_the_limit_itself(failing: float, *, rolled_back: bool) -> None:
    """odds alone would take a little over three in a hundred for five, where two are usual"""
    calls = stream(300, rate=20, failing=always(failing))

    found = watched(Window(before(1000, failing=0.02)), calls, until=300.0)

    assert (found.course is Course.ROLLBACK) == rolled_back, found


@pytest.mark.parametrize("rate", [0.0, 4 / 900], ids=["nothing", "a trickle"])
@pytest.mark.parametrize("failing", [0.0, 1.0])
def test_too_little_is_inconclusive(rate: float, failing: float) -> None:
    calls = stream(900, rate=rate, failing=always(failing)) if rate else iter(())

    found = watched(Window(before()), calls)

    assert (found.course, found.left) == (Course.INCONCLUSIVE, 0.0)
    assert "calls, 20 needed" in found.reason


class TestWithoutABaseline:
    """Errors are judged, latency is not, and nothing is accepted early."""

    def test_latency_never_rolls_back(self) -> None:
        found = watched(Window(None), stream(900, slower=always(20.0)))

        assert (found.course, found.left) == (Course.ACCEPT, 0.0)
        assert found.reason.endswith("latency not compared")

    def test_errors_do(self) -> None:
        found = watched(Window(None), stream(900, failing=always(0.12)))

        assert found.course is Course.ROLLBACK

    def test_a_baseline_of_eleven_calls_is_none(self) -> None:
        tiny = Baseline.of(Call("list", True, 0.04) for _ in range(11))

        found = watched(Window(tiny), stream(900, slower=always(20.0)))

        assert found.reason.endswith("latency not compared")


@pytest.mark.parametrize(
    ("readings", "confirmed"),
    [
        ([BAD, BAD, BAD], "3 consecutive"),
        ([BAD, BAD, OK], None),
        ([BAD, BAD, SILENT, BAD], "3 consecutive"),
        ([BAD, OK, BAD, OK, BAD, OK, BAD], "4 of the last 10"),
        ([BAD, SILENT, SILENT, SILENT], None),
    ],
)
def test_health_acts_at_once(readings: list[Outcome], confirmed: str | None) -> None:
    window = Window(before())
    for index, outcome in enumerate(readings):
        window.health(index * 5.0, outcome, "503", "http-5xx")

    found = window.at(len(readings) * 5.0)

    health = next(each for each in found.triggers if each.name == "health")
    assert (health.confirmed_by, health.signal) == (confirmed, "http-5xx")
    assert found.course is (Course.ROLLBACK if confirmed else Course.UNDECIDED)


@pytest.mark.parametrize(
    ("name", "values", "rolled_back"),
    [
        ("memory", [0.96] * 3, True),
        ("memory", [0.96, 0.96, 0.94], False),
        ("cpu", [0.97] * 7, True),
        ("cpu", [0.97] * 6, False),
        ("cpu", [0.97] * 5 + [0.5] + [0.97] * 5, False),
        ("disk", [0.91] * 7, True),
        ("db-pool", [0.96] * 7, True),
        ("db-pool", [0.89] * 7, False),
        ("cpu", [math.nan] * 9, False),
        ("cpu", [math.inf] * 9, False),
        ("memory", [-1.0] * 9, False),
    ],
)
def test_resources(name: str, values: list[float], rolled_back: bool) -> None:
    window = Window(before())
    for index, value in enumerate(values):
        window.resource(name, index * 10.0, value)

    found = window.at(len(values) * 10.0)

    assert (found.course is Course.ROLLBACK) == rolled_back


@pytest.mark.parametrize(
    ("level", "course"),
    [
        (lambda _at: 0.5, Course.ACCEPT),
        (lambda at: 0.4 + 0.0006 * at, Course.UNDECIDED),
        (lambda at: 0.55 + 0.34 * (at % 80) / 80, Course.ACCEPT),
    ],
    ids=["level", "a leak", "a sawtooth"],
)
def test_a_leak_is_not_accepted(level: Callable[[float], float], course: Course) -> None:
    window = Window(before())
    for at, call in stream(400):
        window.request(at, call.route, call.ok, call.seconds)
        if at % 10 == 0:
            window.resource("memory", at, level(at))

    found = window.at(400.0)

    assert found.course is course, found.reason


def test_a_gauge_that_was_expected_and_never_read_is_no_go() -> None:
    found = watched(Window(before(), expected={"health": "live"}), stream(900))

    assert found.course is Course.INCONCLUSIVE
    assert found.reason == "health: no reading yet"


def test_a_gauge_that_falls_silent_is_no_go() -> None:
    window = Window(before())
    for at in range(240):
        window.health(at, OK)
    for at in range(240, 310, 10):
        window.health(at, SILENT, "timeout")

    found = watched(window, stream(310), until=310.0)

    assert (found.course, found.left) == (Course.UNDECIDED, 590.0)
    window.health(311.0, OK)
    assert window.at(311.0).course is Course.ACCEPT


class TestRules:
    """Limits and actions come from the table of rules."""

    def test_a_stricter_limit(self) -> None:
        strict = ruled(error_rate=replace(DEFAULT_RULES["error-rate"], limit=0.02))
        window = Window(before(1000, failing=0.002), strict)

        found = watched(window, stream(900, rate=5.0, failing=always(0.035)))

        assert found.course is Course.ROLLBACK

    def test_a_wider_limit_of_latency(self) -> None:
        wide = ruled(latency=replace(DEFAULT_RULES["latency"], limit=6.0))

        found = watched(Window(before(), wide), stream(900, slower=always(2.0)))

        assert found.course is Course.ACCEPT

    @pytest.mark.parametrize(
        ("quiet", "course"), [(False, Course.ROLLBACK), (True, Course.UNDECIDED)]
    )
    def test_for(self, quiet: bool, course: Course) -> None:
        """every slice of five minutes must violate, whatever the odds are"""
        lasting = ruled(error_rate=replace(DEFAULT_RULES["error-rate"], duration=300.0))
        window = Window(before(), lasting)
        for at, call in stream(320, failing=between(150, 165, 0.0 if quiet else 0.9, 0.9)):
            if at < 290:
                assert window.at(at).course is Course.UNDECIDED
            window.request(at, call.route, call.ok, call.seconds)

        assert window.at(320).course is course

    def test_a_signal_that_holds_does_not_roll_back(self) -> None:
        held = ruled(latency=replace(DEFAULT_RULES["latency"], action=Action.HOLD))

        found = watched(Window(before(), held), stream(900, slower=always(4.0)))

        latency = found.triggers[1]
        assert (found.course, latency.outcome) == (Course.INCONCLUSIVE, BAD)


class TestTheEnd:
    """A window ends once; its decision can only get worse."""

    def test_a_confirmed_rollback_stays(self) -> None:
        window = Window(before())
        for at in (0.0, 5.0, 10.0):
            window.health(at, BAD)
        reason = window.at(10.0).reason
        for at, call in stream(900):
            window.request(at, call.route, call.ok, call.seconds)
            window.health(at, OK)

        found = window.at(900.0)

        assert (found.course, found.reason) == (Course.ROLLBACK, reason)

    def test_the_rules_stay_armed_after_an_acceptance(self) -> None:
        window = Window(before())
        assert watched(window, stream(310)).course is Course.ACCEPT
        for at in (400.0, 405.0, 410.0):
            window.health(at, BAD)

        assert window.at(410.0).course is Course.ROLLBACK

    def test_an_acceptance_is_not_taken_back_by_a_doubt(self) -> None:
        window = Window(before())
        assert watched(window, stream(310)).course is Course.ACCEPT
        for at in (315.0, 316.0, 317.0):
            window.request(at, "list", False, 0.1)

        assert window.at(330.0).course is Course.ACCEPT

    def test_a_short_window_may_accept_at_its_end(self) -> None:
        window = Window(before(), span=Span(latest=120.0))

        found = watched(window, stream(120, rate=4), until=120.0)

        assert (found.course, found.left) == (Course.ACCEPT, 0.0)

    @pytest.mark.parametrize(
        ("latest", "failing", "course"),
        [(14.0, 0.0, Course.ACCEPT), (50.0, 1.0, Course.ROLLBACK)],
        ids=["within a slice", "leaning against it"],
    )
    def test_what_is_known_by_the_end_decides(
        self, latest: float, failing: float, course: Course
    ) -> None:
        calls = stream(latest, rate=4, failing=always(failing))

        found = watched(Window(before(), span=Span(latest=latest)), calls, until=latest)

        assert (found.course, found.left) == (course, 0.0), found

    @pytest.mark.parametrize(("silent", "more"), [(60.0, 60.0), (1000.0, 300.0), (-5.0, 0.0)])
    def test_the_runners_own_silence_moves_the_end(self, silent: float, more: float) -> None:
        window = Window(before())
        window.excuse(silent)

        assert window.at(0.0).left == 900.0 + more

    def test_all_excuses_together_are_bounded(self) -> None:
        window = Window(before())
        for _ in range(10):
            window.excuse(100.0)

        assert window.at(0.0).left == 1200.0


@pytest.mark.parametrize(
    ("calls", "text"),
    [
        (stream(60, failing=always(0.6)), "% of 60 calls fail, "),
        (iter(()), "no calls, 1 : 1 against"),
    ],
)
def test_the_state_of_a_trigger_reads_well(calls: object, text: str) -> None:
    window = Window(before())
    for at, call in calls:  # type: ignore[attr-defined]
        window.request(at, call.route, call.ok, call.seconds)

    errors = window.at(59.0).triggers[0]

    assert text in errors.text
    assert "against" in errors.text


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf])
def test_no_sample_comes_at_no_time(at: float) -> None:
    window = Window(before())

    for refuse in (
        lambda: window.request(at, "list", True, 0.1),
        lambda: window.health(at, OK),
        lambda: window.resource("cpu", at, 0.5),
        lambda: window.resource("memory", at, 0.5),
        lambda: window.at(at),
    ):
        with pytest.raises(ValueError, match="time"):
            refuse()


def test_a_hundred_thousand_calls_take_no_time_and_no_memory() -> None:
    window = Window(before(1000))
    calls = [call for _, call in stream(1000)]
    began = time.process_time()
    for index in range(100_000):
        call = calls[index % 1000]
        window.request(index * 0.008, call.route, call.ok, call.seconds)
    took = time.process_time() - began
    tracemalloc.start()
    for index in range(20_000):
        call = calls[index % 1000]
        window.request(800 + index * 0.001, call.route, call.ok, call.seconds)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert took < 1.0
    assert kept < 20_000
