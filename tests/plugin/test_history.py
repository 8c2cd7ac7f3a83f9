"""What a run leaves to later ones, and what it takes from earlier ones to decide."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gonogo.core.past import Identity
from gonogo.history import History, opened
from tests.history.records import record
from tests.runs import Done, Project, quick

A, B = "aaaaaaa1", "bbbbbbb2"
FILE = "reports/history.sqlite"


@dataclass
class World:
    """A project with a history, and its one service, which is well or is not."""

    project: Project
    url: str
    well: bool = True

    def answer(self, _request: Request) -> Response:
        body = json.dumps({"status": "healthy", "commit": B})
        return Response(body) if self.well else Response("no", 500)

    def configure(self, target: str = "", history: str = "[history]") -> "World":
        self.project.write(quick(self.url, target, more=history))
        return self

    def run(self, commit: str | None = None, *arguments: str, well: bool = True) -> Done:
        self.well = well
        chosen = ("--gonogo-commit", commit) if commit else ()
        return self.project.run("suites/health", *chosen, *arguments)

    @contextmanager
    def history(self) -> Iterator[History]:
        with opened(f"sqlite:///{FILE}", self.project.folder, "project") as history:
            yield history

    def remember(self, decision: str, commit: str | None, minutes: float, **more: Any) -> None:
        """Record a run of so many minutes ago."""
        with self.history() as history:
            at = time.time() - 60 * minutes
            told = record(f"r{minutes}", decision, at=at, commit=commit, target="t", **more)
            history.add(told)

    @property
    def file(self) -> Path:
        return self.project.folder / FILE


@pytest.fixture
def world(project: Project, httpserver: HTTPServer) -> World:
    made = World(project, httpserver.url_for(""))
    httpserver.expect_request("/health").respond_with_handler(made.answer)
    return made.configure()


def first_reason(done: Done) -> str:
    reason: str = done.record["reasons"][0]["note"]
    return reason


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "spread"])
def test_a_run_is_recorded_as_it_was_written(world: World, spread: tuple[str, ...]) -> None:
    done = world.run(A, *spread)

    assert done.told == (0, "GO"), done.output
    assert "history" not in done.output
    with world.history() as history:
        (run,) = history.runs("t")
        assert history.record(run.run_id) == done.record
        assert [each.check for each in history.findings(run.run_id)] == [
            check["id"] for check in done.record["checks"]
        ]
        (deployment,) = history.deployments("t")
        assert deployment.identity == Identity(commit=A)


def test_without_the_section_nothing_is_recorded(world: World) -> None:
    done = world.configure(history="").run(A)

    assert done.told == (0, "GO")
    assert not world.file.exists()
    assert set(done.record["guard"].values()) == {None}
    assert done.record["within_rollback_window"] is None


def _locked(world: World) -> sqlite3.Connection:
    holder = sqlite3.connect(world.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    return holder


def _spoilt(world: World, how: str) -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0))  # takes a connection and never answers
    world.file.parent.mkdir()
    if how == "garbage":
        world.file.write_bytes(b"this is no database, " * 100)
    elif how == "folder":
        world.file.mkdir()
    else:
        url = f"postgresql+psycopg://u:hunter2secret@127.0.0.1:{server.getsockname()[1]}/db"
        world.configure(history=f'[history]\nurl = "{url}"')
    return server


@pytest.mark.parametrize(
    ("how", "said", "well"),
    [
        ("garbage", "file is not a database", False),
        ("folder", "unable to open database file", True),
        ("silent", "", False),
    ],
)
def test_a_broken_history_changes_no_decision(
    world: World, how: str, said: str, *, well: bool
) -> None:
    with _spoilt(world, how):
        done = world.run(B, well=well)

    assert done.told == ((0, "GO") if well else (20, "ROLLBACK")), done.output
    assert re.search(f"history  not recorded: .*{said}", done.output)
    assert re.search(f"history  not asked, guards left open: .*{said}", done.output)
    assert said in done.record["history_problem"]
    assert set(done.record["guard"].values()) == {None}
    assert "hunter2" not in done.output + json.dumps(done.record)


@pytest.mark.parametrize(("before", "told"), [(B, (10, "BLOCK")), (A, (30, "HOLD"))])
def test_a_version_that_nobody_deployed_holds(
    world: World, before: str, told: tuple[int, str]
) -> None:
    version = 'version = { path = "/health", field = "commit", wait = "100ms" }'
    world.project.write(quick(world.url, service=version, more="[history]"))
    world.remember("GO", before, 600)
    done = world.run("ccccccc3")

    assert done.told == told, done.output


def test_a_signal_while_the_history_is_silent_changes_nothing(world: World) -> None:
    with _spoilt(world, "silent") as server:
        server.settimeout(30)
        command = world.project.command("suites/health")
        environ = world.project.environ()
        with (
            subprocess.Popen(
                command, cwd=world.project.folder, env=environ, stdout=subprocess.PIPE, text=True
            ) as process,
            server.accept()[0],
        ):
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=30)
    done = Done(process.returncode, output, world.project.folder)

    assert done.told == (0, "GO"), done.output
    assert "history  not asked, guards left open: no answer within" in done.output


def test_a_locked_history_is_read_but_not_written(world: World) -> None:
    world.remember("GO", A, 600)
    with closing(_locked(world)):
        done = world.run(B, well=False)

    assert done.told == (20, "ROLLBACK"), done.output
    assert done.record["previous"]["commit"] == A
    assert "history  not recorded: reports/history.sqlite: database is locked" in done.output


def test_guards_hold_after_a_go_of_another_deployment(world: World) -> None:
    world.remember("GO", A, 600)
    done = world.run(B, well=False)

    assert done.told == (20, "ROLLBACK"), done.output
    assert done.record["previous"] == {"id": None, "commit": A, "restorable": None}
    assert done.record["guard"] == {
        "preexisting": None,
        "no_target": True,
        "target_not_restorable": None,
        "rollback_unsafe_migration": None,
        "attempt_budget": True,
        "rollback_of_rollback": True,
        "frozen": None,
    }


def test_the_first_deployment_has_nothing_to_go_back_to(world: World) -> None:
    done = world.run(A, well=False)

    assert done.told == (30, "HOLD"), done.output
    assert first_reason(done) == "no_target"
    assert "(no_target: no earlier deployment had a GO)" in done.output
    assert done.record["guard"]["no_target"] is False


def test_what_failed_before_the_deploy(world: World) -> None:
    world.remember("GO", A, 600)
    seen = world.run(None, "--gonogo-stage", "scheduled", well=False)
    done = world.run(B, well=False)

    assert first_reason(seen) == "outside the rollback window"
    assert done.told == (30, "HOLD"), done.output
    assert first_reason(done) == "preexisting"
    assert done.record["failed_before"] == [done.record["checks"][0]["id"]]


def test_a_scheduled_run_rolls_back_within_the_window(world: World) -> None:
    world.remember("GO", A, 600)
    world.remember("GO", B, 20)
    done = world.run(None, "--gonogo-stage", "scheduled", well=False)

    assert done.told == (20, "ROLLBACK"), done.output
    assert done.record["within_rollback_window"] is True
    assert done.record["previous"]["commit"] == A


def test_automatic_rollbacks_are_frozen_without_a_history_too(world: World) -> None:
    done = world.configure("frozen = true", "").run(B, well=False)

    assert done.told == (30, "HOLD"), done.output
    assert first_reason(done) == "frozen"


def test_what_was_booted_for_the_run_is_no_deployment(project: Project) -> None:
    boot = f'[targets.local]\ncommand = "{sys.executable} -m http.server {{port}}"\n'
    service = '[services.api]\nlive = "/none"\nstartup = { attempts = 3, interval = "10ms" }\n'
    project.write(f"{boot}{service}[history]\n")
    done = project.run("suites/health")

    assert done.told == (20, "ROLLBACK"), done.output
    assert set(done.record["guard"].values()) == {None}
    with opened(f"sqlite:///{FILE}", project.folder, "project") as history:
        assert len(history.runs("local")) == 1


def test_the_commit_that_serves_is_the_deployment(world: World) -> None:
    service = 'version = { path = "/health", field = "commit", wait = "1s" }\n[history]'
    world.project.write(quick(world.url, service=service))
    world.run(None, "--gonogo-stage", "scheduled")
    with world.history() as history:
        (found,) = history.deployments("t")

    assert (found.identity.commit, found.deployed) == (B, None)
