"""The example of a whole release: GO, and each thing that can be broken blocks by its signal."""

import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from tests.runs import ROOT

sys.path.insert(0, str(ROOT / "examples" / "release"))
rehearse: Any = import_module("rehearse")
World = Any  # of the module

README = (ROOT / "README.md").read_text(encoding="utf-8")
SIGNALS = {
    "approval": "approval",
    "artefacts": "quality",
    "backup": "backup",
    "ci": "ci",
    "ci-missing": "ci",
    "database": "environment",
    "group": "environment",
    "heads": "migration",
    "incident": "incident",
    "issue": "incident",
    "migration": "migration",
    "missing": "environment",
    "mode": "environment",
    "path": "deploy-path",
    "scan": "quality",
    "secret": "environment",
    "settings": "environment",
    "tests": "quality",
    "undeclared": "environment",
}


@pytest.fixture
def world() -> Iterator[World]:
    with rehearse.world() as made:
        yield made


def test_the_release_is_a_go(world: World) -> None:
    staging = world.pytest("suites/health", target="staging")
    code = world.pytest("suites/predeploy", *world.options, target="production")
    record = json.loads((world.folder / "reports/out/decision.json").read_text())

    assert (staging, code) == (0, 0)
    assert record["deploy_path"] == "github-actions"
    assert record["migrations"]["before"] == ["0001"]
    assert record["migrations"]["after"] == ["0002"]


def test_everything_broken_at_once_is_told_at_once(world: World) -> None:
    """One run, so that it is quick; staging has no GO either."""
    for name in SIGNALS:
        rehearse.BREAKS[name](world)
    code = world.pytest("suites/predeploy", *world.options, target="production")
    record = json.loads((world.folder / "reports/out/decision.json").read_text())
    blocked = {reason["signal"] for reason in record["reasons"] if reason["decision"] == "BLOCK"}

    assert code == 10
    assert blocked >= set(SIGNALS.values())


def test_every_break_is_listed() -> None:
    assert SIGNALS.keys() == rehearse.BREAKS.keys()


@pytest.mark.parametrize("name", ["ci", "heads", "incident"])
def test_one_thing_broken_is_a_block(world: World, name: str) -> None:
    rehearse.BREAKS[name](world)
    world.pytest("suites/health", target="staging")
    code = world.pytest("suites/predeploy", *world.options, target="production")
    record = json.loads((world.folder / "reports/out/decision.json").read_text())

    assert code == 10
    assert {reason["signal"] for reason in record["reasons"]} == {SIGNALS[name]}


def test_the_readme_quotes_a_real_run(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    (sample,) = re.findall(r"\$ python examples/release/rehearse.py (.+?)```", README, re.DOTALL)
    command, *shown = sample.splitlines()
    world.pytest("suites/health", target="staging")
    for name in command.split():
        rehearse.BREAKS[name](world)
    world.pytest("suites/predeploy", *world.options, target="production")
    printed = [re.sub(r"127.0.0.1:\d+", "127.0.0.1:33583", line) for line in _lines(capfd)]

    assert [line for line in shown if line != "..." and line not in printed] == []


def _lines(capfd: pytest.CaptureFixture[str]) -> list[str]:
    return capfd.readouterr().out.splitlines()
