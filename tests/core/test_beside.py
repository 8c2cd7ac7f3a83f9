"""A watch window while the version before serves beside the new one."""

import math
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from tests.core.calls import drawn

from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.watch import Course, Progress, Span, Window

ACCEPT, ROLLBACK, INCONCLUSIVE = Course.ACCEPT, Course.ROLLBACK, Course.INCONCLUSIVE
Level = Callable[[float], float]


def always(value: float) -> Level:
    return lambda _at: value


def between(start: float, end: float, value: float, otherwise: float) -> Level:
    return lambda at: value if start <= at < end else otherwise


def drift(at: float) -> float:
    return 1 + at / 300


def wave(at: float) -> float:
    return 1 + 0.8 * math.sin(at / 40)


ONE, SOUND = always(1.0), always(0.005)


def watched(
    new: Level = ONE,
    old: Level | None = ONE,
    failing: Level = SOUND,
    failing_old: Level = SOUND,
    seed: int = 4,
    until: float = 900.0,
) -> tuple[Progress, float]:
    """Watch with a call a second of each; `old` None is a version that gives no answer."""
    dice = random.Random(seed)
    window = Window(None, span=Span(latest=until), beside=True)
    for at in range(int(until)):
        if at % 5 == 0 and (found := window.at(at)).course != Course.UNDECIDED:
            return found, at
        if old is not None:
            call = drawn(dice, old(at), failing_old(at))
            window.request_beside(at, call.route, call.ok, call.seconds)
        call = drawn(dice, new(at), failing(at))
        window.request(at, call.route, call.ok, call.seconds)
    return window.at(until), until


@pytest.mark.parametrize(
    ("both", "failing"),
    [
        pytest.param(ONE, SOUND, id="as before"),
        pytest.param(drift, SOUND, id="both become slower"),
        pytest.param(wave, SOUND, id="both go up and down"),
        pytest.param(between(100, 200, 4.0, 1.0), SOUND, id="both are slow for a while"),
        pytest.param(ONE, between(100, 160, 0.6, 0.002), id="both fail for a while"),
    ],
)
def test_what_happens_to_both_is_nobodys_fault(both: Level, failing: Level) -> None:
    found, lasted = watched(both, both, failing, failing)

    assert (found.course, lasted <= 400) == (ACCEPT, True), found


@pytest.mark.parametrize(
    ("new", "old", "failing", "reason", "by"),
    [
        pytest.param(always(3.0), ONE, SOUND, "latency", 90, id="three times"),
        pytest.param(always(2.0), ONE, SOUND, "latency", 180, id="twice"),
        pytest.param(lambda at: 3 * drift(at), drift, SOUND, "latency", 90, id="beside a drift"),
        pytest.param(between(120, 900, 3.0, 1.0), ONE, SOUND, "latency", 300, id="late"),
        pytest.param(ONE, ONE, always(1.0), "errors", 75, id="all fail"),
        pytest.param(ONE, ONE, always(0.12), "errors", 200, id="12 % fail"),
    ],
)
def test_what_happens_to_the_new_one_alone_is(
    new: Level, old: Level, failing: Level, reason: str, by: float
) -> None:
    found, lasted = watched(new, old, failing)

    assert (found.course, lasted <= by) == (ROLLBACK, True), (found, lasted)
    assert found.reason.startswith(reason)
    assert lasted >= 60


def test_a_slow_minute_of_the_old_one_hides_nothing_later() -> None:
    found, lasted = watched(always(3.0), between(0, 60, 6.0, 1.0))

    assert (found.course, lasted <= 240) == (ROLLBACK, True), (found, lasted)


def test_both_past_the_limit_is_no_go_and_much_worse_goes_back() -> None:
    same, _ = watched(failing=always(0.1), failing_old=always(0.1))
    worse, _ = watched(failing=always(0.5), failing_old=always(0.1))

    assert same.course is INCONCLUSIVE, same
    assert worse.course is ROLLBACK, worse


@pytest.mark.parametrize("failing", [SOUND, always(1.0)], ids=["well", "ill"])
def test_an_old_one_that_is_silent_leaves_it_open(failing: Level) -> None:
    found, _ = watched(old=None, failing=failing, until=120.0)

    assert found.course is INCONCLUSIVE
    assert "8 slices left out" in found.triggers[0].text


def test_a_route_that_only_the_new_one_has_is_not_compared() -> None:
    window = Window(None, span=Span(60.0, 60.0), beside=True)
    for at in range(60):
        window.request_beside(at, "old", True, 0.05)
        window.request(at, "new", True, 5.0)

    found = window.at(60.0)

    assert found.course is not ROLLBACK
    assert found.triggers[1].text.startswith("no calls to compare")


def test_an_old_one_that_is_a_little_ill_hides_no_outage_of_the_new_one() -> None:
    every_third = between(0, 15, 1.0, 0.0)
    found, _ = watched(
        failing=lambda at: every_third(at % 45), failing_old=lambda at: 0.2 * every_third(at % 45)
    )

    assert found.course is INCONCLUSIVE, found
    assert "much worse" in found.reason


@pytest.mark.parametrize("ok", [None, True], ids=["lost", "there"])
def test_a_route_that_the_new_one_has_lost_is_no_go(ok: bool | None) -> None:
    """A 404 says nothing by itself, but the version before answers there."""
    window = Window(None, span=Span(300.0, 400.0), beside=True)
    for at in range(400):
        window.at(at)
        for route, new in (("list", True), ("read", ok)):
            window.request_beside(at, route, True, 0.05)
            window.request(at, route, new, 0.05)

    found = window.at(400.0)

    assert found.course is (ACCEPT if ok else INCONCLUSIVE), found
    assert ok or found.reason.startswith(
        "errors: read: the version before answers, this one gives calls"
    )


def test_the_baseline_is_what_the_old_one_did() -> None:
    window = Window(None, beside=True)
    for at, ok in enumerate([True, True, False, None] * 5):
        window.request_beside(at, "list", ok, 0.05)
    window.at(30.0)

    assert window.baseline is not None
    assert (window.baseline.calls, window.baseline.failures) == (15, 5)


calls = some.lists(
    some.tuples(
        some.integers(0, 1190).map(lambda tenth: tenth / 10),
        some.sampled_from("ab"),
        some.booleans(),
        some.floats(0.001, 30.0),
    ),
    max_size=80,
).map(lambda each: sorted(each, key=lambda call: call[0]))


FEW_AND_FAILING = [(at / 10, "a", at in {1, 2, 3, 4}, 1.0) for at in (0, 1, 2, 3, 4)] + [
    (float(at), "a", False, 1.0) for at in (15, 30, 45, 60, 75)
]


def test_nor_by_a_share_of_failures_that_lasts() -> None:
    lasting = replace(DEFAULT_RULES["error-rate"], duration=30.0)
    rules = {**DEFAULT_RULES, "error-rate": lasting}
    window = Window(None, rules, span=Span(60.0, 120.0), beside=True)
    for call in FEW_AND_FAILING:
        window.request_beside(*call)
        window.request(*call)

    assert window.at(120.0).course is not ROLLBACK


@settings(max_examples=40)
@example(FEW_AND_FAILING)
@given(calls)
def test_two_that_do_the_same_are_never_told_apart(
    each: list[tuple[float, str, bool, float]],
) -> None:
    window = Window(None, span=Span(60.0, 120.0), beside=True)
    for call in each:
        window.request_beside(*call)
        window.request(*call)

    assert window.at(120.0).course is not ROLLBACK
