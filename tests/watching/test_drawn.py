"""What a watch draws of its triggers."""

from gonogo.core.baseline import Baseline, Call
from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.signal import Signal
from gonogo.watching.drawn import Drawn
from gonogo.watching.subjects import ERRORS, LATENCY

CALLS = [
    (100.0, Call("/a", True, 0.1)),
    (101.0, Call("/b", True, 0.2)),
    (102.0, Call("/a", False, 0.0)),
    (103.0, Call("/a", True, 0.3)),
]
BEFORE = Baseline.of([Call("/a", True, 0.1)] * 19 + [Call("/a", False, 0.1)])


def test_errors_are_drawn_as_they_build_up() -> None:
    (chart,) = Drawn(DEFAULT_RULES, BEFORE, CALLS, decided_at=103.0).charts(ERRORS, "FAIL")

    assert [value for _, value in chart.now] == [0.0, 0.0, 1 / 3, 0.25]
    assert {value for _, value in chart.baseline} == {0.05}
    assert (chart.limit, chart.decided_at, chart.verdict) == (0.05, 103.0, "FAIL")


def test_latencies_are_drawn_by_route() -> None:
    known, new = Drawn(DEFAULT_RULES, BEFORE, CALLS).charts(LATENCY, "PASS")

    assert known.now == ((100.0, 0.1), (103.0, 0.3))
    assert known.limit == 0.2
    assert {value for _, value in known.baseline} == {0.1}
    assert (new.title, new.baseline, new.limit) == ("calls/latency /b", (), None)


def test_measured_signals_are_drawn_against_their_limit() -> None:
    signals = {
        "api/memory": Signal("api/memory", "memory", "health"),
        "api/slow": Signal("api/slow", "latency", "health", limit=0.5),
    }
    values = {"api/memory": ((1.0, 0.5),), "api/slow": ((1.0, 0.2),)}
    drawn = Drawn(DEFAULT_RULES, None, (), values, signals)
    (memory,), (slow,) = (drawn.charts(slug, "PASS") for slug in values)

    assert (memory.unit, memory.limit, memory.now) == ("ratio", 0.95, ((1.0, 0.5),))
    assert (slow.unit, slow.limit) == ("s", 0.5)


def test_what_was_not_seen_is_not_drawn() -> None:
    drawn = Drawn(DEFAULT_RULES)

    assert drawn.charts("api/health", "PASS") == ()
    assert drawn.charts(LATENCY, "PASS") == ()
    assert drawn.charts(ERRORS, "PASS")[0].now == ()
