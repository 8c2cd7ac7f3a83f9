"""What a page of the documents is run in: a folder, commands on the path, a shop that serves."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.docs.blocks import Block
from tests.doubles.shop import KEY, PASSWORD, USER, Shop, reply
from tests.runs import ROOT, SUITES, Project

URL = "https://api.shop.example"
COMMIT = "4f0c2d1"
VALUES = {"SHOP_USER": USER, "SHOP_PASSWORD": PASSWORD, "SHOP_KEY": KEY, "GONOGO_COMMIT": COMMIT}
STATES: Mapping[str, tuple[str, int]] = {
    "all is well": ("", 200),
    "the database is down": ("/api/v1/health", 503),
    "the search is broken": ("/search", 500),
    "it fails": ("/health", 500),
}
_METRICS = 'db_pool{state="used"} 3\ndb_pool{state="size"} 10\nprocess_resident_memory_bytes 1e8\n'


class Site:
    """Serves a shop whose state a block may name."""

    def __init__(self, server: HTTPServer) -> None:
        self.shop = Shop(server)
        self.shop.fault = self._answer
        self.url = self.shop.url
        self.state = "all is well"

    def _answer(self, request: Request) -> Response | None:
        broken, status = STATES[self.state]
        bad = status if broken and request.path == broken else 200
        match request.path:
            case "/health":
                word = "healthy" if bad == 200 else "unhealthy"
                return reply({"status": word, "version": COMMIT}, bad)
            case "/api/v1/health":
                word = "healthy" if bad == 200 else "unhealthy"
                return reply({"status": word, "services": {"database": word}}, bad)
            case "/search":
                return reply({"found": [{"name": "lamp"}]} if bad == 200 else {}, bad)
            case "/metrics":
                return Response(_METRICS, content_type="text/plain")
            case "/":
                return Response("<title>shop</title>", content_type="text/html")
            case _:
                return None


@dataclass
class Place:
    """The folder of one page."""

    project: Project
    site: Site
    path: Path

    def write(self, block: Block) -> None:
        """Write a block where it says, so that it is about the site."""
        self.project.write(block.text.replace(URL, self.site.url), block.marks["file"])

    def run(self, command: str) -> tuple[int, str]:
        """Run a command of a page in a shell; return its status and what it printed."""
        environ = self.project.environ(**VALUES)
        environ["PYTEST"] = "pytest"
        environ["PATH"] = f"{self.path}{os.pathsep}{environ['PATH']}"
        done = subprocess.run(
            [shutil.which("dash") or "sh", "-c", command.replace(URL, self.site.url)],
            cwd=self.project.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=90,
            check=False,
        )
        return done.returncode, done.stdout

    @contextlib.contextmanager
    def state(self, block: Block) -> Iterator[None]:
        self.site.state = block.marks.get("while", "all is well")
        yield
        self.site.state = "all is well"

    def settled(self, text: str) -> list[str]:
        """Return the lines of a text without what differs from run to run."""
        return [_settled(line) for line in text.replace(self.site.url, URL).splitlines()]


_DIFFERS = (
    (r" in \d+(\.\d+)?m?s\b", " in 5ms"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:8000"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-11-21T08:00:00Z"),
    (r"\b[0-9a-f]{32}\b", "0" * 32),
    (r" +$", ""),
)


def _settled(line: str) -> str:
    for pattern, text in _DIFFERS:
        line = re.sub(pattern, text, line)
    return line


def commands_in(folder: Path) -> Path:
    """Put pytest, gonogo and the tools of vendors on a path of their own."""
    pytest = f'exec "{sys.executable}" -m pytest -p no:cacheprovider -p gonogo.plugin'
    allure = f'case "$*" in *--alluredir*) {pytest} -p allure_pytest.plugin "$@" ;; esac'
    programs = {
        "pytest": f'{allure}\n{pytest} "$@"',
        "gonogo": f'exec "{sys.executable}" -m gonogo.cli "$@"',
        "python": f'exec "{sys.executable}" "$@"',
        "railway": 'echo "railway $*"',
        "render": 'echo "render $*"',
    }
    for name, line in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


def folder_of_a_team(folder: Path) -> Project:
    """Return a project with the suites and the deploy steps, as a team has them."""
    shutil.copytree(SUITES, folder / "suites", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "deploy").symlink_to(ROOT / "deploy")
    return Project(folder)
