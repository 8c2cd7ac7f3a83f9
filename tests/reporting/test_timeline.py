"""The picture of what runs have found over time."""

from gonogo.core.finding import Finding
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.past import Identity, PastRun
from gonogo.reporting.timeline import Seen, seen, timeline

DAY = 86400.0


def run(at: float, decision: Decision = Decision.GO) -> PastRun:
    return PastRun(f"r{at}", "t", Stage.SCHEDULED, decision, at, at + 10, Identity(commit="<b>"))


def test_the_worst_of_a_service_counts() -> None:
    words = (("api", "PASS"), ("api", "FAIL"), ("api", "UNKNOWN"), ("web", "WARN"), (None, "FAIL"))
    findings = [
        Finding(f"c{n}", Outcome(word), service=name) for n, (name, word) in enumerate(words)
    ]

    assert seen(run(0), findings).services == {"api": Outcome.FAIL, "web": Outcome.WARN}


def test_a_row_a_service_from_the_first_run_on() -> None:
    found = [
        Seen(run(9 * DAY), {"api": Outcome.PASS}),
        Seen(run(10 * DAY, Decision.HOLD), {"api": Outcome.FAIL, "<web>": Outcome.PASS}),
        Seen(run(99 * DAY), {"later": Outcome.PASS}),
    ]
    picture = timeline(found, (0.0, 10 * DAY + 1))

    assert picture.count("<rect") == 5
    assert picture.count("<title>FAIL ") == 1
    assert "&lt;web&gt;" in picture
    assert "<web>" not in picture
    assert "later" not in picture
    assert "10 Jan" in picture
    assert "01 Jan" not in picture, "nothing is known of the days before the first run"
    assert "HOLD" in picture.partition("</svg>")[2]


def test_without_a_run_there_is_no_picture() -> None:
    assert timeline([Seen(run(9.0), {})], (10.0, 20.0)) == "<p>no run</p>"
