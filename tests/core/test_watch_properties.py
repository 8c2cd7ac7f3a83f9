"""What holds of every watch window, whatever happens in it."""

import math
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as some
from tests.core.calls import ROUTES, before

from gonogo.core.baseline import Baseline, Call
from gonogo.core.outcome import Outcome
from gonogo.core.watch import Course, Span, Window

BEFORE = before(200)
SPAN = Span(earliest=60.0, latest=120.0)
IMPOSSIBLE = (math.nan, math.inf, -math.inf, -1.0, 0.0)
Sample = tuple[float, str, bool, float]

at_some_time = some.integers(0, 1190).map(lambda tenth: tenth / 10)
samples = some.lists(
    some.tuples(
        at_some_time,
        some.sampled_from([*ROUTES, "new"]),
        some.booleans(),
        some.floats(0.001, 30.0),
    ),
    max_size=80,
).map(lambda each: sorted(each, key=lambda sample: sample[0]))
quickly = settings(max_examples=30, deadline=None)
_ORDER = tuple(Course)


def course(calls: Sequence[Sample], baseline: Baseline | None = BEFORE) -> Course:
    window = Window(baseline, span=SPAN)
    for at, route, ok, seconds in calls:
        window.request(at, route, ok, seconds)
    return window.at(120.0).course


@quickly
@given(samples, some.data())
def test_more_failures_never_turn_a_rollback_into_a_go(
    calls: list[Sample], data: some.DataObject
) -> None:
    """a fast-failing release takes no latency evidence with it: failures are judged apart"""
    fewer = course(calls, None)
    turned = data.draw(some.sets(some.integers(0, max(0, len(calls) - 1))))
    worse = [
        (at, route, ok and index not in turned, seconds)
        for index, (at, route, ok, seconds) in enumerate(calls)
    ]

    assert not (fewer is Course.ROLLBACK and course(worse, None) is Course.ACCEPT)


@quickly
@given(samples, some.floats(1.0, 10.0))
def test_slower_calls_never_turn_a_rollback_into_a_go(calls: list[Sample], factor: float) -> None:
    slower = [(at, route, ok, seconds * factor) for at, route, ok, seconds in calls]

    assert not (course(calls) is Course.ROLLBACK and course(slower) is Course.ACCEPT)


@quickly
@given(samples, some.randoms(use_true_random=False))
def test_order_within_a_slice_does_not_matter(calls: list[Sample], dice: object) -> None:
    mixed = list(calls)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    mixed.sort(key=lambda sample: sample[0] // 15)

    assert course(mixed) is course(calls)


@quickly
@given(samples, at_some_time, some.sampled_from(IMPOSSIBLE), some.integers(1, 50))
def test_what_is_not_known_counts_for_nothing(
    calls: list[Sample], at: float, seconds: float, count: int
) -> None:
    window, disturbed = Window(BEFORE, span=SPAN), Window(BEFORE, span=SPAN)
    extra: list[tuple[float, str, bool | None, float]] = [
        (at, "list", True, seconds),
        (at, "list", None, 0.1),
    ]
    for each in calls:
        window.request(*each)
    for sample in sorted([*calls, *(extra * count)], key=lambda sample: sample[0]):
        disturbed.request(*sample)

    found, known = disturbed.at(120.0), window.at(120.0)
    doubted = known.course is Course.ACCEPT and "nothing known for" in found.reason
    assert found == known or (doubted and found.course is Course.INCONCLUSIVE)


@quickly
@given(some.lists(some.tuples(at_some_time, some.booleans()), max_size=19))
def test_nineteen_calls_are_never_enough_for_a_go(calls: list[tuple[float, bool]]) -> None:
    given_calls = [(at, "list", ok, 0.04) for at, ok in sorted(calls)]

    assert course(given_calls) is not Course.ACCEPT


@quickly
@given(samples)
def test_no_baseline_never_rolls_back_on_latency(calls: list[Sample]) -> None:
    good = [(at, route, True, seconds) for at, route, _, seconds in calls]

    assert course(good, None) is not Course.ROLLBACK


@quickly
@given(samples, some.lists(some.tuples(at_some_time, some.sampled_from(list(Outcome)))))
def test_the_course_only_gets_worse(
    calls: list[Sample], health: list[tuple[float, Outcome]]
) -> None:
    window = Window(BEFORE, span=SPAN)
    seen = [Course.UNDECIDED]
    for look in range(0, 200, 5):
        for at, route, ok, seconds in (each for each in calls if look <= each[0] < look + 5):
            window.request(at, route, ok, seconds)
        for at, outcome in sorted(each for each in health if look <= each[0] < look + 5):
            window.health(at, outcome)
        seen.append(window.at(look + 5.0).course)

    ranks = [_ORDER.index(each) for each in seen]
    assert ranks == sorted(ranks)


@quickly
@given(samples, some.sampled_from([1e-3, 2.0**-4, 2.0, 1024.0]))
def test_the_unit_of_time_of_a_response_does_not_matter(calls: list[Sample], factor: float) -> None:
    scaled = Baseline(
        BEFORE.calls,
        BEFORE.failures,
        {
            name: type(route)(route.count, route.median * factor, route.ratios)
            for name, route in BEFORE.routes.items()
        },
    )
    others = [(at, route, ok, seconds * factor) for at, route, ok, seconds in calls]

    assert course(others, scaled) is course(calls)


@quickly
@given(some.lists(some.builds(Call, some.sampled_from("ab"), some.booleans(), some.floats())))
def test_a_baseline_survives_being_written_down(calls: list[Call]) -> None:
    baseline = Baseline.of(calls)

    assert Baseline.from_flat(baseline.flat()) == baseline
