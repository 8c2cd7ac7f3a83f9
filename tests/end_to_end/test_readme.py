"""The demo's README cannot age: its commands are run, its switches are the application's."""

import re
import shlex
from pathlib import Path

import pytest

from tests.runs import ROOT, Done, Project

from .conftest import Application, listens

README = (ROOT / "examples" / "demo" / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\| ([A-Z]+) \| `(.+)` \|$", README, re.MULTILINE)
CODES = {"GO": 0, "BLOCK": 10, "ROLLBACK": 20, "HOLD": 30, "INCONCLUSIVE": 40}


def test_every_decision_is_shown() -> None:
    assert {decision for decision, _ in COMMANDS} == set(CODES)


@pytest.mark.parametrize(("decision", "command"), COMMANDS)
def test_a_command_leads_to_the_decision_beside_it(
    tmp_path: Path, decision: str, command: str
) -> None:
    words = shlex.split(command)
    start = words.index("pytest")
    environ = dict(word.split("=", 1) for word in words[:start])
    report = ("--gonogo-report-dir", str(tmp_path / "reports" / "out"))
    project = Project(ROOT, warm=decision != "GO")
    ran = project.run(*words[start + 1 :], *report, **environ)
    done = Done(ran.code, ran.output, tmp_path)

    assert done.told == (CODES[decision], decision), done.output
    assert not listens(done.record["url"])


def test_the_switches_are_the_applications(application: Application) -> None:
    (table,) = re.findall(r"\| switch \| breaks \|\n(.+?)\n\n", README, re.DOTALL)
    named = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row)]

    assert named == list(application.sound)
