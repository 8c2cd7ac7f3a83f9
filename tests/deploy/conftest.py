"""A service that a shell command deploys: what it serves is a file, its version another."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.runs import ROOT, Project, quick

SCRIPTS = ROOT / "deploy"
DEPLOY = {"DEPLOY_COMMAND": "echo new >version", "GONOGO_COMMIT": "new"}
BACK = {"ROLLBACK_COMMAND": "echo old >version", "ROLLBACK_COMMIT": "old"}


@dataclass(frozen=True)
class Ended:
    """How a script ended: its exit code, what it said, what it left in the folder."""

    code: int
    said: str
    folder: Path

    def record(self, name: str) -> dict[str, Any]:
        file = self.folder / "reports" / "out" / name / "decision.json"
        found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
        return found

    @property
    def left(self) -> str:
        return (self.folder / "reports" / "out" / "exit-code").read_text().strip()


@dataclass(frozen=True)
class Service:
    """Serves the version and the health that stand in the files of a folder."""

    project: Project
    url: str

    @property
    def version(self) -> str:
        return (self.project.folder / "version").read_text().strip()

    def script(self, name: str, *arguments: str, **more: str) -> Ended:
        command, environ = self.command(name, *arguments, **more)
        done = subprocess.run(
            command,
            cwd=self.project.folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ended(done.returncode, done.stdout + done.stderr, self.project.folder)

    def command(
        self, name: str, *arguments: str, **more: str
    ) -> tuple[list[str], Mapping[str, str]]:
        environ = {"PYTEST": " ".join(self.project.command()), "WATCH": "off", **more}
        shell = shutil.which("dash") or "sh"
        return [shell, str(SCRIPTS / name), *arguments], self.project.environ(**environ)


@pytest.fixture
def service(project: Project, httpserver: HTTPServer) -> Service:
    (project.folder / "version").write_text("old\n")

    def health(_request: Request) -> Response:
        version = (project.folder / "version").read_text().strip()
        broken = (project.folder / "broken").exists() and version == "new"
        body = json.dumps({"status": "healthy", "version": version})
        return Response(body, 500 if broken else 200, content_type="application/json")

    httpserver.expect_request("/health").respond_with_handler(health)
    version = 'version = { path = "/health", field = "version", wait = "1s" }'
    project.write("NAME=x\n", ".env")
    text = quick(httpserver.url_for(""), 'env-file = ".env"\ngrace = "0s"', version)
    project.write(f'{text}[env.vars]\nNAME = "string"\n[endpoints."api/h"]\npath = "/health"\n')
    return Service(project, httpserver.url_for(""))
