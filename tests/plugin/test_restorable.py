"""What the provider says of the version before, when a rollback is about to be decided."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.config.choice import Choice
from gonogo.config.load import load
from gonogo.core.past import Identity
from gonogo.history import opened
from gonogo.plugin.restorable import restorable
from tests.history.records import record
from tests.runs import Done, Project, quick

OLD, NEW = "aaa1111", "bbb2222"
LOCAL = '[providers.local]\nstate = "state.json"\nrestore = "true {id}"\n'


def state(folder: Path, **old: Any) -> None:
    deployments = [{"id": "d1", "commit": OLD, **old}, {"id": "d2", "commit": NEW}]
    text = json.dumps({"serving": "d2", "deployments": deployments})
    (folder / "state.json").write_text(text)


def broken(project: Project, server: HTTPServer, stage: str = "postdeploy") -> Done:
    """Verify a release that answers 500, after another one that had a GO."""
    server.expect_request("/health").respond_with_data("no", 500)
    more = f'provider = "local"\ncontrol = ["{server.url_for("/health")}"]\ngrace = "0s"'
    project.write(quick(server.url_for(""), more, more=f"[history]\n{LOCAL}"))
    with opened("sqlite:///reports/history.sqlite", project.folder, "project") as history:
        history.add(record("r1", at=time.time() - 7200, commit=OLD, target="t"))
        if stage == "scheduled":
            about = {"commit": NEW, "target": "t"}
            history.add(record("r2", "HOLD", at=time.time() - 60, **about))
    return project.run("suites/health", "--gonogo-commit", NEW, "--gonogo-stage", stage)


CASES: list[tuple[dict[str, Any] | None, str, bool | None]] = [
    ({"restorable": True}, "ROLLBACK", True),
    ({"restorable": False}, "HOLD", False),
    ({}, "ROLLBACK", None),
    (None, "ROLLBACK", None),  # the provider is silent
]


@pytest.mark.parametrize(("old", "decision", "able"), CASES)
def test_the_provider_is_asked_before_a_rollback_is_decided(
    project: Project,
    httpserver: HTTPServer,
    old: dict[str, Any] | None,
    decision: str,
    *,
    able: bool | None,
) -> None:
    if old is not None:
        state(project.folder, **old)
    done = broken(project, httpserver)

    assert done.record["decision"] == decision, done.output
    assert done.record["previous"] == {"id": None, "commit": OLD, "restorable": able}
    assert done.record["guard"]["target_not_restorable"] is able
    if decision == "HOLD":
        assert done.record["reasons"][0]["note"] == "target_not_restorable"


def test_a_scheduled_run_asks_no_provider(project: Project, httpserver: HTTPServer) -> None:
    state(project.folder, restorable=False)
    done = broken(project, httpserver, "scheduled")

    assert done.record["decision"] == "ROLLBACK", done.output
    assert done.record["guard"]["target_not_restorable"] is None


@contextmanager
def silent() -> Iterator[str]:
    """Accepts connections, and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_no_decision_waits_for_a_silent_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENDER_API_KEY", "rnd_x")
    with silent() as url:
        found, took = asked(tmp_path, f'[providers.render]\napi = "{url}"\nservice = "s"', "render")

    assert found is None
    assert 0.3 <= took < 5


def asked(folder: Path, section: str, name: str) -> tuple[bool | None, float]:
    text = f'[targets.t]\nurl = "http://127.0.0.1:9"\nprovider = "{name}"\n{section}\n'
    (folder / "gonogo.toml").write_text(text)
    plan, began = load(Choice(), folder), time.monotonic()
    return restorable(plan, Identity(commit=OLD), 0.3), time.monotonic() - began


@pytest.mark.parametrize(
    ("name", "made", "able"),
    [
        ("local", lambda folder: state(folder, restorable=True), True),
        ("local", lambda folder: (folder / "state.json").write_text("{"), None),
        ("elsewhere", state, None),
    ],
)
def test_what_is_not_known_is_left_open(
    tmp_path: Path, name: str, made: Callable[[Path], object], *, able: bool | None
) -> None:
    made(tmp_path)

    assert asked(tmp_path, LOCAL, name)[0] is able
