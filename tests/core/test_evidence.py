"""Evidence by itself: what a slice may say, and that it is fair."""

import math
import random
from statistics import fmean, stdev

import pytest
from tests.core.calls import before, drawn

from gonogo.core.baseline import Baseline, Call
from gonogo.core.evidence import LIMIT, Evidence, Share, usual_share
from gonogo.core.latency import comparisons, place

SLICES = 60


@pytest.mark.parametrize("onset", [0, 1, 20])
def test_four_slices_are_the_least(onset: int) -> None:
    evidence = Evidence(LIMIT, SLICES)
    for _ in range(onset):
        evidence.fold(-5.0)
    for _ in range(3):
        evidence.fold(1000.0)
        assert evidence.odds() < LIMIT
    evidence.fold(1000.0)

    assert evidence.odds() >= LIMIT


def test_three_slices_of_few_calls_are_not_enough_either() -> None:
    share = Share(0.01, [0.05, 0.125], LIMIT, SLICES)
    for hits in (1, 3, 1):
        share.fold(3, hits)

    assert share.odds() < LIMIT


def test_what_begins_late_and_may_be_a_wave_takes_six() -> None:
    evidence = Evidence(LIMIT, SLICES, late=5.9)
    for _ in range(20):
        evidence.fold(-5.0)
    for _ in range(5):
        evidence.fold(1000.0)
        assert evidence.odds() < LIMIT
    evidence.fold(1000.0)

    assert evidence.odds() >= LIMIT


def test_three_late_slices_are_never_enough() -> None:
    evidence = Evidence(LIMIT, SLICES)
    for nats in (-5.0, -5.0, 1000.0, 1000.0, 1000.0):
        evidence.fold(nats, stretch=1.4)

    assert evidence.odds() < LIMIT


@pytest.mark.parametrize(
    ("calls", "failures", "believed"),
    [
        pytest.param(30, [0, 0, 0, 1, 4, 30, 7, 2], False, id="a blip over three slices"),
        pytest.param(30, [0, 0, 0, 3, 30, 4, 2, 1], False, id="a blip that fades"),
        pytest.param(30, [0, 0, 30, 30, 30, 0], False, id="three slices, and over"),
        pytest.param(30, [0, 0, 30, 30, 30, 30, 30], True, id="an outage that stays"),
        pytest.param(30, [15, 15, 15, 15, 15], True, id="half, from the start"),
        pytest.param(3, [0, 0, 2, 2, 0, 0, 1], False, id="a blip of few calls"),
        pytest.param(3, [3, 3, 3, 3, 3], True, id="an outage of few calls"),
    ],
)
def test_a_burst_says_less_until_it_has_outlived_a_blip(
    calls: int, failures: list[int], *, believed: bool
) -> None:
    share = Share(0.005, [0.05, 0.125], LIMIT, SLICES)
    for hits in failures:
        share.fold(calls, hits)

    assert (share.odds() >= LIMIT) == believed


def test_odds_are_fair_while_all_is_well() -> None:
    """on the average they stay at one: an e-process, however often one looks"""
    dice = random.Random(5)
    ends, highest = [], []
    for _ in range(400):
        share = Share(0.02, [0.05], LIMIT, SLICES)
        seen = []
        for _ in range(SLICES):
            share.fold(30, sum(dice.random() < 0.02 for _ in range(30)))
            seen.append(share.odds())
        ends.append(seen[-1])
        highest.append(max(seen))

    assert fmean(ends) <= 1.5
    assert sum(each >= LIMIT for each in highest) <= 0.01 * len(highest)


def test_a_vote_never_falls_as_times_grow_and_is_fair() -> None:
    baseline = before(300)
    dice = random.Random(9)
    for name, compared in comparisons(baseline, 2.0).items():
        votes = compared.votes
        assert list(votes) == sorted(votes), name
        assert votes[0] < 0 < votes[-1]
        times = [call.seconds for call in (drawn(dice) for _ in range(3000)) if call.route == name]
        said = [votes[place(dice.gauss(0.0, 0.5))] for _ in times]
        assert fmean(said) < -0.1


def test_few_calls_tell_the_centre_of_a_route_better_than_their_median() -> None:
    dice = random.Random(3)
    centres, medians = [], []
    for _ in range(120):
        route = Baseline.of(Call("a", True, dice.lognormvariate(0.0, 0.6)) for _ in range(30))
        centres.append(math.log(comparisons(route, 2.0)["a"].centre))
        medians.append(math.log(route.routes["a"].median))

    assert stdev(centres) < 0.93 * stdev(medians)


def test_a_small_baseline_is_no_promise() -> None:
    assert usual_share(0, 0, 0.0, 1.0) > usual_share(0, 50, 0.0, 1.0) > usual_share(0, 1000, 0.0, 1)
