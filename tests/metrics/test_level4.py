"""What one short look can confirm, and what it only tells, on a clock of our own."""

import asyncio
from typing import Any

import pytest

from gonogo.core.baseline import Baseline, Call
from gonogo.core.before import Before
from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.core.past import PastSample
from gonogo.core.rule import DEFAULT_RULES, Rule
from gonogo.core.series import NOT_YET
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics import look
from gonogo.metrics.level4 import judged

from .conftest import Script, Step

PASS, WARN, UNKNOWN, FAIL = Outcome.PASS, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL


@pytest.fixture
def see(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Look at a script as at a source; returns the observation and the seconds it took."""

    def looking(
        kind: str, steps: list[Step], rule: Rule | None = None, **more: Any
    ) -> tuple[Observation, float]:
        script = Script(list(steps))
        monkeypatch.setattr(look, "source_of", lambda _context, _signal: script)
        past, before = more.pop("past", False), more.pop("before", Before())
        signal = Signal(f"api/{kind}", kind, more.pop("source", "health"), "api", **more)
        began = script.time
        context = script.context(any_version=past, before=lambda: before)
        observation = asyncio.run(judged(context, signal, rule or DEFAULT_RULES[kind]))
        return observation, script.time - began

    return looking


SHARES: list[tuple[str, list[Step], Outcome, str | None, float]] = [
    ("memory", [0.5], PASS, None, 0),
    ("memory", [0.95], PASS, None, 0),  # above, not at
    ("memory", [0.96], FAIL, "3 consecutive", 10),
    ("memory", [0.96, 0.5], WARN, None, 5),
    ("memory", [0.96, "silence", 0.96, 0.96], FAIL, "3 consecutive", 15),
    ("memory", [0.96, "silence"], FAIL, NOT_YET, 25),
    ("memory", ["silence", 0.5], PASS, None, 1),
    ("memory", ["silence"], UNKNOWN, None, 2),
    ("db-pool", [0.91], FAIL, "every reading for 60s", 60),
    ("db-pool", [0.91, 0.91, 0.5], WARN, None, 10),
    ("db-pool", [1.2], FAIL, "every reading for 60s", 60),
    ("resources", [0.90], PASS, None, 0),
]


@pytest.mark.parametrize(("kind", "steps", "outcome", "confirmed", "took"), SHARES)
def test_shares(
    see: Any, kind: str, steps: list[Step], outcome: Outcome, confirmed: str | None, took: float
) -> None:
    observation, elapsed = see(kind, steps)

    assert (observation.reading.outcome, observation.confirmed_by) == (outcome, confirmed)
    assert elapsed == took


def test_a_violation_that_must_last_long_is_told_and_not_confirmed(see: Any) -> None:
    rule = Rule("db-pool", DEFAULT_RULES["db-pool"].action, 1, None, 0.9, 300.0)
    observation, elapsed = see("db-pool", [0.99], rule)

    assert (observation.reading.outcome, observation.confirmed_by) == (FAIL, NOT_YET)
    assert elapsed == 10


def series(*values: float, step: float = 15.0, route: str = "") -> list[Measurement]:
    """Return points that end now."""
    count = len(values)
    return [
        Measurement(1_000_000.0 - (count - 1 - n) * step, value, route=route)
        for n, value in enumerate(values)
    ]


def test_the_past_confirms_where_nothing_was_deployed(see: Any) -> None:
    observation, elapsed = see("db-pool", [series(*[0.95] * 6)], source="prometheus", past=True)

    assert observation.confirmed_by == "every reading for 60s"
    assert elapsed == 0


def test_the_past_of_the_old_version_confirms_nothing(see: Any) -> None:
    steps: list[Step] = [series(*[0.99] * 6), 0.5]
    observation, elapsed = see("memory", steps, source="prometheus")

    assert observation.reading.outcome is WARN
    assert elapsed == 5


def test_the_worst_instance_speaks_and_one_that_is_gone_does_not(see: Any) -> None:
    here = series(0.4, 0.5, route="a") + series(0.4, 0.6, route="b")
    gone = [Measurement(1_000_000.0 - 64, 0.99, route="old")]
    observation, _ = see("memory", [here + gone], source="prometheus", past=True)

    assert observation.reading.text == "memory b is at 60.0%, limit 95%"


def test_the_limit_of_the_signal_wins(see: Any) -> None:
    observation, _ = see("memory", [0.6], limit=0.5)

    assert observation.reading.threshold == "50%"
    assert observation.reading.outcome is FAIL


def counted(requests: float, failures: float) -> Measurement:
    return Measurement(0, None, requests, failures)


ERRORS: list[tuple[str, list[Step], Outcome, str | None, str]] = [
    ("metrics", [counted(100, 5)], PASS, None, "5.0%, 5 of 100"),
    ("metrics", [counted(100, 6)], FAIL, NOT_YET, "6.0%, 18 of 300"),
    ("metrics", [counted(20, 2), counted(80, 0)], WARN, None, "at first 10.0%"),
    ("metrics", [counted(19, 19)], UNKNOWN, None, "only 19 requests"),
    ("metrics", [counted(0, 0)], UNKNOWN, None, "only 0 requests"),
    ("metrics", ["no series"], UNKNOWN, None, "no series"),
    ("health", [0.04], PASS, None, "4.0%"),
    ("health", [0.2], FAIL, NOT_YET, "20.0%"),
    ("probe", [counted(1, 0)], PASS, None, "0 of 20"),
    ("probe", [counted(1, 1), counted(1, 0)], PASS, None, "1 of 20"),
    ("probe", [counted(1, 1), counted(1, 1), counted(1, 0)], WARN, None, "2 of 40"),
    ("probe", [counted(1, 1)], FAIL, NOT_YET, "60 of 60"),
    ("probe", ["a 404"], UNKNOWN, None, "a 404"),
    ("probe", ["x", "y", counted(1, 0), "z", "z", "z", counted(1, 0)], UNKNOWN, None, "z"),
]


@pytest.mark.parametrize(("source", "steps", "outcome", "confirmed", "said"), ERRORS)
def test_error_rates(
    see: Any, source: str, steps: list[Step], outcome: Outcome, confirmed: str | None, said: str
) -> None:
    observation, _ = see("error-rate", steps, source=source, every=0.1)

    assert (observation.reading.outcome, observation.confirmed_by) == (outcome, confirmed)
    assert said in observation.reading.text
    assert not observation.advisory


def test_errors_of_five_minutes_confirm_where_the_rule_says_so(see: Any) -> None:
    rule = Rule("error-rate", DEFAULT_RULES["error-rate"].action, 1, None, 0.05, 300.0)
    bad = [Measurement(1_000_000.0 - n * 15, None, 60, 6) for n in range(24)]
    observation, _ = see("error-rate", [bad], rule, source="prometheus", past=True)

    assert observation.confirmed_by == "every reading for 300s"


@pytest.mark.parametrize(
    ("source", "steps", "limit", "outcome", "said"),
    [
        ("health", [0.2], 0.25, PASS, "latency is 200ms, limit 250ms"),
        ("health", [0.3], 0.25, FAIL, "latency is 300ms, limit 250ms"),
        ("health", [0.3], None, UNKNOWN, "no_baseline"),
        ("probe", [counted(1, 1)], 0.25, UNKNOWN, "too few"),
    ],
)
def test_latency(
    see: Any, source: str, steps: list[Step], limit: float | None, outcome: Outcome, said: str
) -> None:
    observation, _ = see("latency", steps, source=source, limit=limit)

    assert observation.reading.outcome is outcome
    assert said in observation.reading.text
    assert observation.confirmed_by == (NOT_YET if outcome is FAIL else None)
    assert observation.advisory is (said == "no_baseline")


def test_a_chart_holds_what_was_read(see: Any) -> None:
    observation, _ = see("memory", [0.96, 0.5])
    (chart,) = observation.charts

    assert chart.now == ((1_000_000.0, 0.96), (1_000_005.0, 0.5))
    assert (chart.limit, chart.verdict, chart.unit) == (0.95, "WARN", "ratio")
    assert chart.decided_at == 1_000_005.0


def earlier(signal: str, *values: float, route: str = "", proven: int = 1) -> Before:
    kept = [PastSample(signal, float(n), value, series=route) for n, value in enumerate(values)]
    return Before(kept, proven)


SLUG = "api/latency"
COMPARED: list[tuple[str, Before, float | None, float, Outcome, str]] = [
    ("health", earlier(SLUG, 0.1, 0.1, 0.3), None, 0.2, PASS, "limit 2 x 100ms before"),
    ("health", earlier(SLUG, 0.1, 0.1, 0.3), None, 0.21, FAIL, "limit 2 x 100ms before"),
    ("health", earlier(SLUG, 0.5), 0.2, 0.3, FAIL, "limit 200ms"),
    ("health", earlier(SLUG, 0.1), 5.0, 0.3, FAIL, "limit 2 x 100ms before"),
    ("health", earlier("api/other", 0.1), None, 0.3, UNKNOWN, "no_baseline"),
    ("health", earlier(SLUG, 0.1, route="/else"), None, 0.3, UNKNOWN, "no_baseline"),
    ("probe", earlier(SLUG, *[0.1] * 11), None, 0.3, UNKNOWN, "no_baseline"),
    ("probe", earlier(SLUG, *[0.1] * 12), None, 0.3, FAIL, "limit 2 x 100ms before"),
    ("probe", earlier("call", *[0.1] * 12), None, 0.3, FAIL, "limit 2 x 100ms before"),
]


@pytest.mark.parametrize(("source", "before", "limit", "value", "outcome", "said"), COMPARED)
def test_latency_against_the_release_before(
    see: Any,
    source: str,
    before: Before,
    limit: float | None,
    value: float,
    outcome: Outcome,
    said: str,
) -> None:
    observation, _ = see("latency", [value], source=source, before=before, limit=limit, every=0.1)

    assert observation.reading.outcome is outcome, observation
    assert said in observation.reading.text
    assert observation.confirmed_by == (NOT_YET if outcome is FAIL else None)


def test_latency_against_what_was_sampled_before_the_deploy(see: Any) -> None:
    routes = Baseline.of(Call("", ok=True, seconds=0.1) for _ in range(12)).routes
    observation, _ = see("latency", [0.3], source="probe", before=Before(routes=routes), every=0.1)

    assert "limit 2 x 100ms before" in observation.reading.text


@pytest.mark.parametrize(
    ("before", "advisory"),
    [
        (Before(), True),
        (earlier(SLUG, 0.1, proven=2), True),
        (earlier(SLUG, 0.1, proven=3), False),
        (earlier("api/other", 0.1, proven=3), True),  # a signal that is new
    ],
)
def test_no_baseline_is_advice_until_the_third_go(see: Any, before: Before, advisory: bool) -> None:
    observation, _ = see("latency", [0.2], source="probe", before=before, every=0.1)

    assert (observation.reading.outcome, observation.advisory) == (UNKNOWN, advisory)


def test_what_was_measured_is_kept_and_drawn_beside_what_was_before(see: Any) -> None:
    before = earlier("api/memory", 0.4, 0.5)
    observation, _ = see("memory", [0.6], before=before)
    (chart,), (sample,) = observation.charts, observation.samples

    assert chart.baseline == ((0.0, 0.4), (1.0, 0.5))
    assert (sample.signal, sample.at, sample.value) == ("api/memory", 1_000_000.0, 0.6)


def test_the_rate_of_single_calls_is_drawn_as_it_builds_up(see: Any) -> None:
    steps: list[Step] = [counted(1, 1), counted(1, 0)]
    observation, _ = see("error-rate", steps, source="probe", every=0.1)
    (chart,) = observation.charts

    assert [value for _, value in chart.now][:4] == [1.0, 0.5, pytest.approx(1 / 3), 0.25]
    assert [str(each.outcome) for each in observation.samples][:3] == ["FAIL", "PASS", "PASS"]
    assert {each.signal for each in observation.samples} == {"call"}
