"""A target whose state is a file: what serves, what can be restored, what each version answers."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gonogo.cli import main
from gonogo.core.clock import rfc3339
from gonogo.history import History, opened
from tests.history.records import check, record
from tests.runs import Project

OLD, NEW, OTHER = "aaa1111", "bbb2222", "ccc3333"
RESTORE = """
import json, sys
state = json.load(open("state.json"))
state["serving"] = sys.argv[1]
json.dump(state, open("state.json", "w"))
print("restored", sys.argv[1])
"""
HEAD = """
project = "shop"
[targets.production]
url = "{url}"
control = ["{url}/control"]
grace = "0s"
{target}
[services.api]
live = "/health"
startup = {{ attempts = 2, interval = "10ms" }}
version = {{ path = "/health", field = "version", wait = "{wait}" }}
[endpoints."api/h"]
path = "/health"
[history]
"""
LOCAL = '[providers.local]\nstate = "state.json"\nrestore = "{python} restore.py {{id}}"\n'


class Scene:
    """The old version had a GO, the new one a ROLLBACK, and serves."""

    def __init__(self, folder: Path, server: HTTPServer) -> None:
        self.folder = folder
        self.url = server.url_for("").rstrip("/")
        self.server = server
        self.stuck: str | None = None  # the version that answers, whatever the state says
        self.broken = {NEW}
        self.write()
        (folder / "restore.py").write_text(RESTORE)
        server.expect_request("/health").respond_with_handler(self._health)
        server.expect_request("/control").respond_with_data("ok")
        server.expect_request("/").respond_with_data("ok")
        self.deployments(("d1", OLD, 3600), ("d2", NEW, 600), serving="d2")
        self.remember(record("go1", at=time.time() - 3600, commit=OLD, id="d1"))
        self.body = self.rolled_back()
        self.remember(self.body)

    def write(self, target: str = 'provider = "local"', more: str = "", wait: str = "1s") -> None:
        local = LOCAL.format(python=sys.executable)
        text = HEAD.format(url=self.url, target=target, wait=wait)
        (self.folder / "gonogo.toml").write_text(f"{text}{more or local}")

    def rolled_back(self, **more: Any) -> dict[str, Any]:
        """A record that says ROLLBACK, as a run of a minute ago has written it."""
        now = time.time()
        failed = check("health::live", "FAIL", signal="http-5xx", confirmed_by="3 in a row")
        return {
            **record("r2", "ROLLBACK", at=now - 60, commit=NEW, id="d2"),
            "url": self.url,
            "exit_code": 20,
            "checks": [failed],
            "previous": {"id": "d1", "commit": OLD, "restorable": None},
            "expires_at": at(now + 3000),
            **more,
        }

    def deployments(self, *rows: tuple[str, str, float], serving: str) -> None:
        now = time.time()
        listed = [{"id": i, "commit": c, "created_at": at(now - age)} for i, c, age in rows]
        self.state({"serving": serving, "deployments": listed})

    def state(self, body: Any) -> None:
        (self.folder / "state.json").write_text(json.dumps(body))

    @property
    def serving(self) -> str:
        return str(json.loads((self.folder / "state.json").read_text())["serving"])

    def _health(self, _request: Request) -> Response:
        body = json.loads((self.folder / "state.json").read_text())
        serving = [d["commit"] for d in body["deployments"] if d["id"] == body["serving"]]
        version = self.stuck or serving[0]
        text = json.dumps({"status": "healthy", "version": version})
        return Response(text, 500 if version in self.broken else 200, mimetype="application/json")

    def remember(self, body: dict[str, Any]) -> None:
        with self.history() as kept:
            kept.add(body)

    @contextmanager
    def history(self) -> Iterator[History]:
        with opened("sqlite:///reports/history.sqlite", self.folder, "shop") as found:
            yield found

    @property
    def attempts(self) -> list[str]:
        with self.history() as kept:
            return [each.outcome for each in kept.rollbacks("production")]

    def rollback(self, *words: str, **more: Any) -> int:
        """Call the command in this process, on the record with some keys changed."""
        file = self.folder / "decision.json"
        file.write_text(json.dumps({**self.body, **more}))
        return main(["rollback", str(file), *words])

    def in_shell(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Call the command as a shell step does."""
        (self.folder / "decision.json").write_text(json.dumps(self.body))
        return subprocess.Popen(
            [sys.executable, "-m", "gonogo.cli", "rollback", "decision.json", *words],
            cwd=self.folder,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "reports/out/rollback.json").read_text())
        return found


def at(moment: float) -> str:
    return rfc3339(datetime.fromtimestamp(moment, UTC))


@pytest.fixture
def scene(project: Project, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Scene:
    for name in [name for name in os.environ if name.startswith(("GONOGO_", "REPORTS"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST", " ".join(project.command()))
    monkeypatch.chdir(project.folder)
    return Scene(project.folder, httpserver)
