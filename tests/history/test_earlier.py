"""Which samples a release is compared with."""

from gonogo.core.past import Identity, Mark, PastSample
from gonogo.history import History
from gonogo.history.earlier import samples_before

from .records import NOON, record

OLD, NEW = "a" * 40, "b" * 40


def sampled(value: float, signal: str = "call") -> list[PastSample]:
    return [PastSample(signal, NOON, value)]


def seen(history: History, signal: str = "call") -> list[float | None]:
    found = samples_before(history, "production", Identity(commit=NEW), signal)
    return [each.value for each in found]


def test_a_release_is_not_compared_with_itself(history: History) -> None:
    history.add(record("old", commit=OLD), sampled(1.0))
    history.add(record("new", commit=NEW, at=NOON + 60), sampled(2.0))

    assert seen(history) == [1.0]


def test_a_run_that_measured_nothing_of_it_is_passed_over(history: History) -> None:
    history.add(record("watch", commit=OLD), sampled(1.0))
    history.add(record("health", commit=OLD, at=NOON + 60), sampled(0.5, "api/memory"))
    history.add(record("failed", "HOLD", commit=OLD, at=NOON + 90), sampled(9.0))

    assert seen(history) == [1.0]
    assert seen(history, "api/memory") == [0.5]
    assert seen(history, "api/other") == []


def test_a_snapshot_counts_whatever_commit_it_was_taken_for(history: History) -> None:
    history.add(record("old", commit=OLD), sampled(1.0))
    snapshot = record("before", "GO", commit=NEW, at=NOON + 60, snapshot=True)
    history.add(snapshot, sampled(3.0))

    assert seen(history) == [3.0]


def test_the_word_of_a_human_wins(history: History) -> None:
    history.add(record("a", commit=OLD), sampled(1.0))
    history.add(record("b", commit=OLD, at=NOON + 60), sampled(2.0))
    history.add_mark("production", Mark(NOON + 200, "pin", "a"))

    assert seen(history) == [1.0]

    history.add_mark("production", Mark(NOON + 300, "invalidate"))

    assert seen(history) == []
