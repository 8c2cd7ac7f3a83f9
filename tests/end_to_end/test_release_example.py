"""The example of a whole release: GO, and each thing that can be broken blocks by its signal."""

import json
import re
import sys
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


def verify(world: World) -> tuple[int, Any]:
    code = world.pytest("suites/predeploy", *world.options, target="production")
    return code, json.loads((world.folder / "reports/out/decision.json").read_text())


def test_the_release_is_a_go_and_what_is_broken_blocks(capfd: pytest.CaptureFixture[str]) -> None:
    """One world for all: making it costs more than the runs in it."""
    sample = re.findall(r"\$ python examples/release/rehearse.py (.+?)```", README, re.DOTALL)
    command, *shown = sample[0].splitlines()
    with rehearse.world() as world:
        staging = world.pytest("suites/health", target="staging")
        code, record = verify(world)

        assert (staging, code) == (0, 0)
        assert record["deploy_path"] == "github-actions"
        assert (record["migrations"]["before"], record["migrations"]["after"]) == (
            ["0001"],
            ["0002"],
        )

        for name in command.split():
            rehearse.BREAKS[name](world)
        capfd.readouterr()
        code, record = verify(world)
        output = re.sub(r"127.0.0.1:\d+", "127.0.0.1:33583", capfd.readouterr().out)

        assert code == 10
        assert {each["signal"] for each in record["reasons"]} == {
            SIGNALS[n] for n in command.split()
        }
        assert [line for line in shown if line not in {"...", *output.splitlines()}] == []

        for name in SIGNALS.keys() - set(command.split()):
            rehearse.BREAKS[name](world)
        code, record = verify(world)
        blocked = {each["signal"] for each in record["reasons"] if each["decision"] == "BLOCK"}

        assert code == 10
        assert blocked >= set(SIGNALS.values())


def test_every_break_is_listed() -> None:
    assert SIGNALS.keys() == rehearse.BREAKS.keys()
