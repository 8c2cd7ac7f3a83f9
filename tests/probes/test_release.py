"""Which version serves: old everywhere, both, and three of the new in a row."""

import json

import pytest

from gonogo.core.commit import same_commit
from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Service, Version
from gonogo.probes.release import serving

from .fake import Script, World, answer, see, silence

NEW, OLD = "0123456789abcdef0123", "fedcba9876543210fedc"
URL = "http://service/version"
SERVICE = Service("api", "http://service", "", version=Version(URL, "build.commit", 60.0))


def says(commit: object) -> Script:
    return answer(body=json.dumps({"build": {"commit": commit}}).encode())


def seen(*scripts: Script, commit: str | None = NEW, **more: object) -> tuple[Observation, World]:
    world = World(list(scripts))
    return see(serving(world.context(commit=commit, **more), SERVICE)), world


def test_three_in_a_row_are_enough_and_quick() -> None:
    found, world = seen(says(NEW))

    assert (found.reading.outcome, found.attempts) == (Outcome.PASS, 3)
    assert world.time < 1


def test_an_abbreviated_commit_is_the_same() -> None:
    assert seen(says(NEW[:7]))[0].reading.outcome is Outcome.PASS


def test_it_waits_for_the_new_version() -> None:
    found, world = seen(*[says(OLD)] * 5, says(NEW))

    assert (found.reading.outcome, found.attempts) == (Outcome.PASS, 8)
    assert 10 <= world.time < 12
    assert "left" in world.told[0]


def test_one_old_answer_breaks_the_row() -> None:
    found, _ = seen(says(NEW), says(NEW), says(OLD), says(NEW))

    assert (found.reading.outcome, found.attempts) == (Outcome.PASS, 6)


def test_old_everywhere() -> None:
    found, world = seen(says(OLD))

    assert (found.reading.outcome, found.reading.signal) == (Outcome.FAIL, "not-live")
    assert found.confirmed_by == "old version everywhere"
    assert OLD in found.reading.text
    assert 60 <= world.time < 63


def test_old_and_new_both_serve() -> None:
    found, world = seen(*[says(NEW), says(OLD)] * 5000, says(OLD))

    assert (found.reading.outcome, found.confirmed_by) == (Outcome.FAIL, "mixed")
    assert 60 <= world.time < 63


NO_VERSION = {
    "not found": answer(404),
    "not JSON": answer(body=b"not json"),
    "nested deep": answer(body=b"[" * 100_000),
    "no field": answer(body=b"{}"),
    "null": says(None),
    "an object": says({}),
    "a boolean": says(commit=True),
    "refused": silence(),
    "not a URL": silence("invalid-url"),
}


@pytest.mark.parametrize("name", NO_VERSION)
def test_no_version_is_no_evidence(name: str) -> None:
    assert seen(NO_VERSION[name])[0].reading.outcome is Outcome.UNKNOWN


def test_server_errors_are_confirmed_by_the_start_up_attempts() -> None:
    found, world = seen(answer(500))

    assert (found.reading.outcome, found.reading.signal) == (Outcome.FAIL, "http-5xx")
    assert found.confirmed_by == "3 attempts"
    assert world.time < 30


def test_a_version_in_between_starts_the_attempts_anew() -> None:
    found, _ = seen(answer(500), answer(500), says(OLD), answer(500), says(NEW))

    assert found.good


def test_without_a_commit_nothing_is_known() -> None:
    found, _ = seen(says(OLD), commit=None)

    assert (found.reading.outcome, found.attempts) == (Outcome.UNKNOWN, 1)
    assert found.reading.text.startswith(f"version {OLD} serves, but which one should serve")
    assert "--gonogo-commit" in found.reading.text


def test_a_version_that_nobody_told_is_not_called_none() -> None:
    found, _ = seen(says(None), commit=None)

    assert found.reading.outcome is Outcome.UNKNOWN
    assert found.reading.text.startswith("no version was told, and which one should serve")


@pytest.mark.parametrize(
    ("served", "expected", "same"),
    [
        (NEW, NEW, True),
        (NEW.upper(), NEW, True),
        (NEW[:7], NEW, True),
        (NEW[:6], NEW, False),
        (NEW, OLD, False),
        ("v1.2", "v1.2", True),
        ("v1.2", "v1.2.3", False),
        ("", "", False),
    ],
)
def test_same_commit(served: str, expected: str, *, same: bool) -> None:
    assert same_commit(served, expected) is same
