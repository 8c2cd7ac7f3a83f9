"""Folding: when a series of readings confirms a failure, and what it amounts to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.outcome import Outcome
from gonogo.core.rule import DEFAULT_RULES, Action, Rule
from gonogo.core.series import Sample, against, confirmed_by, fold

LIVE = DEFAULT_RULES["live"]
WORDS = {"P": Outcome.PASS, "F": Outcome.FAIL, "U": Outcome.UNKNOWN, "W": Outcome.WARN}
SERIES = st.text("PFUW", max_size=14)


def series(text: str, step: float = 5.0) -> list[Sample]:
    return [Sample(place * step, WORDS[word]) for place, word in enumerate(text)]


@pytest.mark.parametrize(
    ("text", "step", "confirmed"),
    [
        ("", 5, None),
        ("FF", 5, None),
        ("FFF", 5, "3 consecutive"),
        ("PFFF", 5, "3 consecutive"),
        ("FFPF", 5, None),
        ("FFWF", 5, None),
        ("FUFUF", 5, "3 consecutive"),
        ("UUU", 5, None),
        ("FFF", 60, "3 consecutive"),
        ("FFF", 61, None),
        ("FPFPFPF", 5, "4 of the last 10"),
        ("FPPFPPFPPF", 5, "4 of the last 10"),
        ("FPPPFPPPFPPPF", 5, None),
        ("FFFP", 5, None),
        ("FFFFPP", 5, "4 of the last 10"),
    ],
)
def test_three_in_a_row_or_four_of_ten(text: str, step: float, confirmed: str | None) -> None:
    assert confirmed_by(series(text, step), LIVE) == confirmed


@pytest.mark.parametrize(
    ("text", "step", "confirmed"),
    [("F" * 6, 10, False), ("F" * 7, 10, True), ("FFFPFFF", 10, False), ("FUUFUUF", 10, True)],
)
def test_for_a_time_means_every_reading_over_it(text: str, step: float, *, confirmed: bool) -> None:
    rule = Rule("db-pool", Action.ROLLBACK, consecutive=1, of_last=None, duration=60.0)

    assert (confirmed_by(series(text, step), rule) is not None) is confirmed


@given(SERIES)
def test_an_unknown_never_makes_a_failure(text: str) -> None:
    without = text.replace("U", "")

    assert bool(confirmed_by(series(without), LIVE)) or not confirmed_by(
        series(text, step=0.1), LIVE
    )


@given(SERIES)
def test_without_a_failing_reading_nothing_is_confirmed(text: str) -> None:
    calm = text.replace("F", "P")

    assert confirmed_by(series(calm), LIVE) is None
    assert fold(series(calm), LIVE, len(calm)) is not Outcome.FAIL


@given(SERIES)
def test_a_confirmed_failure_is_never_hidden_by_what_is_missing(text: str) -> None:
    failed = confirmed_by(series(text), LIVE) is not None

    assert (fold(series(text), LIVE, planned=10_000) is Outcome.FAIL) is failed


@pytest.mark.parametrize(
    ("text", "planned", "outcome"),
    [
        ("PPPP", 5, Outcome.PASS),
        ("PPP", 5, Outcome.UNKNOWN),
        ("PPPFP", 5, Outcome.WARN),
        ("UUUUU", 5, Outcome.UNKNOWN),
        ("FFF", 100, Outcome.FAIL),
        ("", 0, Outcome.UNKNOWN),
    ],
)
def test_what_a_series_amounts_to(text: str, planned: int, outcome: Outcome) -> None:
    assert fold(series(text), LIVE, planned) is outcome


@pytest.mark.parametrize(
    ("text", "rule", "times"),
    [
        ("PPP", LIVE, None),
        ("PFUFF", LIVE, (5.0, 20.0)),
        ("FPFFF", LIVE, (0.0, 20.0)),
        ("F" + "P" * 10 + "FFF", LIVE, (55.0, 65.0)),
        ("F" * 12, LIVE, (0.0, 55.0)),
        ("FPFFF", DEFAULT_RULES["db-pool"], (10.0, 20.0)),
    ],
)
def test_when_it_spoke_against_the_release(
    text: str, rule: Rule, times: tuple[float, float] | None
) -> None:
    assert against(series(text), rule) == times
