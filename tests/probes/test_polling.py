"""Asking again: what ends it, what it confirms, and how long it takes."""

import asyncio
from dataclasses import replace

import pytest

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.series import NOT_YET
from gonogo.core.subject import Polling
from gonogo.probes.context import Context
from gonogo.probes.polling import until_confirmed, until_good

from .fake import World, answer, see

RULE = DEFAULT_RULES["database"]  # 3 consecutive, or 4 of the last 10
OUTCOMES = {"P": "PASS", "W": "WARN", "F": "FAIL", "U": "UNKNOWN", "E": "UNKNOWN"}


class Told:
    """Readings in turn: one letter each, E is an UNKNOWN from the edge; the last one stays."""

    def __init__(self, letters: str) -> None:
        self.letters = list(letters)

    async def __call__(self) -> Reading:
        letter = self.letters.pop(0) if len(self.letters) > 1 else self.letters[0]
        return Reading(Outcome[OUTCOMES[letter]], letter, "edge" if letter == "E" else None)


def good(letters: str, attempts: int, **more: float) -> tuple[Observation, World]:
    world = World([answer()])
    context = world.context(**more)
    return see(until_good(context, "api", Told(letters), Polling(attempts, 5.0))), world


def confirmed(letters: str) -> Observation:
    return see(until_confirmed(World([answer()]).context(), "api", Told(letters), RULE, 1.0))


def test_a_failure_that_must_last_longer_than_one_look_is_not_confirmed_yet() -> None:
    rule = replace(RULE, duration=300.0)
    world = World([answer()])
    seen = see(until_confirmed(world.context(), "api", Told("F"), rule, 5.0))

    assert (seen.reading.outcome, seen.confirmed_by) == (Outcome.FAIL, NOT_YET)


@pytest.mark.parametrize(
    ("letters", "attempts", "outcome", "used", "confirmation"),
    [
        ("P", 3, "PASS", 1, None),
        ("W", 3, "WARN", 1, None),
        ("FP", 3, "PASS", 2, None),
        ("FFF", 3, "FAIL", 3, "3 attempts"),
        ("F", 1, "FAIL", 1, "1 attempts"),
        ("F", 12, "FAIL", 12, "12 attempts"),
        ("FFFFP", 4, "FAIL", 4, "4 attempts"),
        ("UUU", 3, "UNKNOWN", 3, None),
        ("UUP", 3, "PASS", 3, None),
        ("FUU", 3, "UNKNOWN", 3, None),
        ("FFU", 3, "UNKNOWN", 3, None),
        ("FFFU", 4, "FAIL", 4, "4 attempts"),
        ("UFFF", 4, "FAIL", 4, "4 attempts"),
    ],
)
def test_until_good(
    letters: str, attempts: int, outcome: str, used: int, confirmation: str | None
) -> None:
    seen, _ = good(letters, attempts)

    assert seen.reading.outcome is Outcome[outcome]
    assert (seen.attempts, seen.confirmed_by) == (used, confirmation)


def test_attempts_start_an_interval_apart_and_say_so() -> None:
    seen, world = good("F", 4)

    assert (seen.attempts, world.time) == (4, 15.0)
    assert [text.split(":")[1].strip() for text in world.told] == [
        f"attempt {n} of 4" for n in (1, 2, 3)
    ]
    assert world.told[0].endswith("next in 5s")


@pytest.mark.parametrize(("took", "pause"), [(0.0, 5.0), (1.0, 4.0), (2.5, 2.5), (30.0, 2.5)])
def test_a_slow_answer_shortens_the_pause_by_half_at_most(took: float, pause: float) -> None:
    world = World([answer()])

    async def ask() -> Reading:
        world.time += took
        return Reading(Outcome.FAIL, "F")

    see(until_good(world.context(), "api", ask, Polling(2, 5.0)))

    assert world.time == pytest.approx(2 * took + pause)


def test_the_edge_uses_up_no_attempt_while_the_deployment_settles() -> None:
    seen, world = good("E", 3, grace_until=60.0)

    assert seen.reading.outcome is Outcome.UNKNOWN
    assert 60.0 <= world.time <= 75.0


@pytest.mark.parametrize(
    ("letters", "attempts", "used"), [("EEEFFF", 3, 6), ("EEF", 1, 3), ("FEEFF", 3, 5)]
)
def test_the_edge_makes_no_failure_doubtful(letters: str, attempts: int, used: int) -> None:
    seen, _ = good(letters, attempts, grace_until=60.0)

    assert (seen.reading.outcome, seen.attempts) == (Outcome.FAIL, used)
    assert seen.confirmed_by == f"{attempts} attempts"


def test_the_edge_gives_way_to_the_release() -> None:
    seen, _ = good("EEEEEEP", 3, grace_until=60.0)

    assert (seen.reading.outcome, seen.attempts) == (Outcome.PASS, 7)


@pytest.mark.parametrize(
    ("letters", "outcome", "used", "confirmation"),
    [
        ("P", "PASS", 1, None),
        ("W", "WARN", 1, None),
        ("U", "UNKNOWN", 1, None),
        ("FFF", "FAIL", 3, "3 consecutive"),
        ("FUFUF", "FAIL", 5, "3 consecutive"),
        ("FPFPFPF", "FAIL", 7, "4 of the last 10"),
        ("FP", "WARN", 10, None),
        ("FFP", "WARN", 10, None),
        ("FPPFPPPPPF", "WARN", 10, None),
    ],
)
def test_until_confirmed(letters: str, outcome: str, used: int, confirmation: str | None) -> None:
    seen = confirmed(letters)

    assert seen.reading.outcome is Outcome[outcome]
    assert (seen.attempts, seen.confirmed_by) == (used, confirmation)


def test_a_cancelled_polling_ends_at_once() -> None:
    async def cancelled() -> bool:
        context = Context(fetch=World([answer()]).fetch)
        polling = until_good(context, "api", Told("F"), Polling(100, 60.0))
        task = asyncio.create_task(polling)
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled()

    assert asyncio.run(cancelled())
