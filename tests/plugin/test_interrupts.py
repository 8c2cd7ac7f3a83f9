"""Signals, before and after a confirmed failure; nothing is left running."""

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from gonogo.plugin import interrupt
from tests.runs import Done, Project, quick


def interrupted(project: Project, number: signal.Signals, *arguments: str) -> Done:
    """Send a signal as soon as a test of the run has said that it is under way."""
    started = project.folder / "started"
    with subprocess.Popen(
        project.cold.command(*arguments),
        cwd=project.folder,
        env=project.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not started.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert started.exists()
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
    return Done(process.returncode, output, project.folder)


WAIT = "    import pathlib, time\n    pathlib.Path('started').touch()\n    time.sleep(20)\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_signal_before_a_failure_is_inconclusive(
    project: Project, number: signal.Signals
) -> None:
    project.suite("def test_a(): pass\ndef test_b():\n" + WAIT).write(quick("http://127.0.0.1:9"))
    done = interrupted(project, number, "suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "interrupted" in done.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_signal_after_a_confirmed_failure_changes_nothing(
    project: Project, number: signal.Signals
) -> None:
    project.suite("def test_a(): assert 0\ndef test_b():\n" + WAIT)
    done = interrupted(project.write(quick("http://127.0.0.1:9")), number, "suites/smoke")

    assert done.told == (30, "HOLD"), done.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
def test_a_signal_while_the_run_is_written_changes_nothing(
    project: Project, number: signal.Signals
) -> None:
    """A history that somebody else has locked keeps the end of the run waiting."""
    more = '[history]\nurl = "sqlite:///history.sqlite"\n'
    project.suite("def test_a(): pass\n").write(quick("http://127.0.0.1:9", more=more))
    assert project.run("suites/smoke").code == 0
    with closing(sqlite3.connect(project.folder / "history.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        process = subprocess.Popen(
            project.cold.command("suites/smoke"),
            cwd=project.folder,
            env=project.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for awaited in ("PENDING", "GO"):
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if Done(0, "", project.folder).record.get("decision") == awaited:
                    break
                time.sleep(0.005)
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)

    assert Done(process.returncode, output, project.folder).told == (0, "GO"), output
    assert "gonogo: GO" in output
    assert "history" in output.partition("gonogo: GO")[2]


def test_no_signal_breaks_in_while_it_is_held_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupt.held():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)

    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_under_xdist_is_inconclusive(project: Project) -> None:
    project.suite("def test_a(): pass\ndef test_b():\n" + WAIT).write(quick("http://127.0.0.1:9"))
    done = interrupted(project, signal.SIGINT, "suites/smoke", "-n", "2")

    assert done.told == (40, "INCONCLUSIVE"), done.output


def test_a_signal_ends_waiting_probes_and_the_booted_command(
    project: Project, httpserver: HTTPServer
) -> None:
    script = project.folder / "app.py"
    script.write_text(
        "import os, pathlib, time\n"
        "pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "pathlib.Path('started').touch()\n"
        "time.sleep(60)\n"
    )
    project.write(
        '[targets.t]\ncommand = "python app.py {port}"\n[services.api]\n'
        'startup = { attempts = 100, interval = "1s" }\n'
    )
    begun = time.monotonic()
    done = interrupted(project, signal.SIGTERM, "suites/health")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert time.monotonic() - begun < 20
    pid = int((project.folder / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists()


def test_a_command_that_ends_at_once_blocks(project: Project) -> None:
    project.write(
        "[targets.t]\ncommand = \"python -c 'raise SystemExit(3)'\"\n[services.api]\n"
        'startup = { attempts = 1000, interval = "100ms" }\n'
    )
    done = project.run("suites/health")

    assert (done.told, done.signals[0]) == ((10, "BLOCK"), "not-live"), done.output
    assert "the command ended with exit status 3; it wrote command.log" in done.output


def test_a_command_that_does_not_exist_is_a_usage_error(project: Project) -> None:
    project.write('[targets.t]\ncommand = "no-such-program {port}"\n[services.api]\n')
    done = project.run("suites/health")

    assert done.code == 4, done.output
    assert "no-such-program" in done.output


def test_a_signal_in_the_middle_of_exec_keeps_the_exit_code(project: Project) -> None:
    source = "import pathlib, time; pathlib.Path('started').touch(); time.sleep(20)"
    project.suite(f'def test_a():\n    exec("{source}")\n').write(quick("http://127.0.0.1:9"))

    for number in (signal.SIGINT, signal.SIGTERM):
        (project.folder / "started").unlink(missing_ok=True)
        assert interrupted(project, number, "suites/smoke").told == (40, "INCONCLUSIVE")
