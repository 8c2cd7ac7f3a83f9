"""A target that boots the demo by its own command, and what becomes of the process."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.runs import ROOT, Done, Project

from .conftest import listens

CONFIGURATION = """
[targets.x]
command = "python -m uvicorn app.main:app --app-dir '{application}' --port {{port}}"

[services.api]
live = "/health"
ready = "/api/v1/health"
startup = {{ attempts = {attempts}, interval = "50ms" }}

[dependencies."api/database"]
critical = true

[endpoints."api/models"]
path = "/v1/models"
critical = true
"""


def write(project: Project, attempts: int = 1000) -> Project:
    application = ROOT / "examples" / "demo"
    return project.write(CONFIGURATION.format(application=application, attempts=attempts))


def command_log(folder: Path) -> str:
    file = folder / "command.log"
    return file.read_text() if file.exists() else ""


def is_gone(folder: Path) -> bool:
    """Tell whether the process that the gate booted has ended."""
    found = re.search(r"Started server process \[(\d+)\]", command_log(folder))
    assert found is not None, command_log(folder)
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return True
    return False


def test_an_application_that_dies_at_start_is_never_go(project: Project) -> None:
    fault = json.dumps({"no-such-fault": 1})
    begun = time.monotonic()
    done = write(project, attempts=300).run("suites/health", "suites/smoke", DEMO_FAULT=fault)

    assert done.told == (10, "BLOCK"), done.output
    assert done.record["counts"]["passed"] == 0
    assert "no-such-fault" in command_log(done.file.parent)
    assert time.monotonic() - begun < 20


def interrupted(project: Project, number: signal.Signals, *arguments: str) -> Done:
    """Send a signal while the application answers its start-up attempts with 500."""
    folder = project.folder / "reports" / "out"
    environ = project.environ(DEMO_FAULT=json.dumps({"errors": "/health"}))
    with subprocess.Popen(
        project.command("suites/health", "suites/smoke", *arguments),
        cwd=project.folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while command_log(folder).count("500 Internal") < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
    return Done(process.returncode, output, project.folder)


@pytest.mark.parametrize(
    ("number", "spread"),
    [(signal.SIGINT, ()), (signal.SIGTERM, ()), (signal.SIGTERM, ("-n", "2"))],
    ids=["INT", "TERM", "TERM-xdist"],
)
def test_a_signal_between_attempts_is_inconclusive_and_leaves_nothing(
    project: Project, number: signal.Signals, spread: tuple[str, ...]
) -> None:
    done = interrupted(write(project), number, *spread)

    assert command_log(done.file.parent).count("500 Internal") >= 3, done.output
    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "interrupted" in done.output
    assert done.record["counts"]["passed"] == 0
    assert is_gone(done.file.parent)


def test_what_was_booted_does_not_outlive_a_killed_run(project: Project) -> None:
    done = interrupted(write(project), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while not is_gone(done.file.parent) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert done.told == (-signal.SIGKILL, "PENDING"), done.output
    assert is_gone(done.file.parent)


@pytest.mark.parametrize(
    ("target", "spread"),
    [("demo", ("-n", "2")), ("local", ())],
    ids=["demo-xdist", "local"],
)
def test_a_target_of_this_repository_is_go(
    tmp_path: Path, target: str, spread: tuple[str, ...]
) -> None:
    options = ("--gonogo-target", target, "--gonogo-report-dir", str(tmp_path))
    done = Project(ROOT).run("suites", *options, *spread)
    record = json.loads((tmp_path / "decision.json").read_text())

    assert (done.code, record["decision"], record["scope"]) == (0, "GO", "complete"), done.output
    assert set(record["levels"].values()) <= {"PASS", "WARN"}
    counts = record["counts"]
    assert counts["passed"] + counts["warned"] == counts["total"] >= 15
    assert not listens(record["url"])
