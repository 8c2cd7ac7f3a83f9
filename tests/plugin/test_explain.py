"""What a run explains of itself; what breaks on the way explains nothing."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from gonogo.core.clue import Clue
from gonogo.core.finding import Finding
from gonogo.core.outcome import Outcome
from gonogo.plugin.explain import LOG, explained

ENDED = Finding("c", Outcome.FAIL, clue=Clue("http://127.0.0.1:1", ended=True))


def run_of(*, booted: bool) -> Any:
    target = SimpleNamespace(name="local", provider=None)
    return SimpleNamespace(booted=booted, plan=SimpleNamespace(target=target))


def test_the_log_of_a_command_that_ended_is_read_at_its_end(tmp_path: Path) -> None:
    noise = "OLD_KEY is not set\n" + "x" * 9000
    (tmp_path / LOG).write_text(f"{noise}\nKeyError: 'DATABASE_URL'\n")
    hint = explained(run_of(booted=True), [ENDED], tmp_path)["c"]

    assert "DATABASE_URL is missing" in hint.cause
    assert hint.next.startswith("tail -n 20 ")
    assert hint.next.endswith(LOG)


def test_without_a_log_the_end_is_told_all_the_same(tmp_path: Path) -> None:
    assert "ended by itself" in explained(run_of(booted=True), [ENDED], tmp_path)["c"].cause
    assert explained(run_of(booted=False), [ENDED], tmp_path) == {}


def test_what_breaks_explains_nothing(tmp_path: Path) -> None:
    assert explained(SimpleNamespace(), [ENDED], tmp_path) == {}  # type: ignore[arg-type]
