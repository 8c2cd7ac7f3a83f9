"""A real blue-green deployment: two versions, HAProxy in front, a client that keeps asking."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runs import ROOT, Project
from tests.servers import Server

from .conftest import CONFIGURATION, VALUES

SITE = ROOT / "examples" / "bluegreen" / "site.py"
HAPROXY = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(HAPROXY is None, reason="HAProxy is not installed")


@dataclass
class Client:
    """Asks for the models twenty times a second, and notes what came back."""

    url: str
    seen: list[tuple[float, int]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        with httpx.Client(timeout=5) as client:
            while not self._over.wait(0.05):
                try:
                    status = client.get(f"{self.url}/v1/models").status_code
                except httpx.HTTPError:
                    status = 0
                self.seen.append((time.monotonic(), status))

    @contextmanager
    def asking(self) -> Iterator["Client"]:
        thread = threading.Thread(target=self.ask)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join(10)

    @property
    def errors(self) -> list[float]:
        return [at for at, status in self.seen if status != 200]

    @property
    def outage(self) -> float:
        """Seconds from the first bad answer to the first good one after the last."""
        if not self.errors:
            return 0.0
        first, last = self.errors[0], self.errors[-1]
        return next((at for at, _ in self.seen if at > last), self.seen[-1][0]) - first


@dataclass(frozen=True)
class Site:
    """A site on this machine, deployed to by deploy.sh."""

    folder: Path
    project: Project

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "site.json").read_text())
        return found

    @property
    def serving(self) -> str:
        state = self.state
        serving = [d for d in state["deployments"] if d["id"] == state["serving"]]
        return str(serving[0]["commit"])

    def command(self, *words: str) -> str:
        return " ".join([sys.executable, str(SITE), words[0], str(self.folder), *words[1:]])

    def tell(self, *words: str) -> None:
        environ = self.project.environ(**VALUES)
        subprocess.run(self.command(*words).split(), check=True, env=environ, timeout=60)

    def deploy(self, commit: str, **more: str) -> tuple[int, str]:
        environ = {
            **VALUES,
            "PYTEST": " ".join(self.project.command()),
            "WATCH": "off",
            "GONOGO_COMMIT": commit,
            "DEPLOY_COMMAND": self.command("deploy", commit, "--switch"),
            "ROLLBACK_COMMAND": self.command("restore"),
            "ROLLBACK_COMMIT": self.serving,
            **more,
        }
        done = subprocess.run(
            ["sh", str(ROOT / "deploy" / "deploy.sh")],
            cwd=self.project.folder,
            env=self.project.environ(**environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def site(project: Project, tmp_path: Path) -> Iterator[Site]:
    (site := Site(tmp_path / "site", project)).tell("up")
    try:
        site.tell("deploy", "aaa1111", "--switch")
        url = site.state["url"]
        text = CONFIGURATION.format(url=url, control=f"{url}/", budget="2s", timeout="5s")
        text = text.replace('[dependencies."api/redis"]\n', "")
        declared = "".join(f'{name} = "string"\n' for name in sorted(VALUES))
        project.write(text.replace('"20ms"', '"200ms"') + f"\n[env.vars]\n{declared}")
        project.write("".join(f"{name}={value}\n" for name, value in VALUES.items()), ".env")
        file = project.folder / "gonogo.toml"
        file.write_text(file.read_text().replace("grace =", 'env-file = ".env"\ngrace ='))
        yield site
    finally:
        site.tell("down")


def test_a_good_release_loses_no_request(site: Site) -> None:
    with Client(site.state["url"]).asking() as client:
        code, said = site.deploy("bbb2222")

    assert (code, site.serving) == (0, "bbb2222"), said
    assert client.errors == []
    assert len(client.seen) > 20


def test_a_release_that_answers_500_is_rolled_back_in_seconds(site: Site) -> None:
    with Client(site.state["url"]).asking() as client:
        code, said = site.deploy("bbb2222", DEMO_FAULT='{"errors": "/"}')

    assert (code, site.serving) == (20, "aaa1111"), said
    sys.stdout.write(f"{len(client.errors)} bad answers in {client.outage:.1f} s\n")
    assert 0 < client.outage < 60  # under 10 s on a machine that does nothing else
    assert client.seen[-1][1] == 200


def test_a_release_without_its_database_takes_no_traffic(site: Site, database: Server) -> None:
    """Asked by itself first, it is blocked, and nobody has seen it."""
    wrong = database.url.rpartition(":")[0] + ":1/postgres"
    with Client(site.state["url"]).asking() as client:
        code, said = site.deploy(
            "bbb2222",
            DATABASE_URL=wrong,
            DEPLOY_COMMAND=site.command("deploy", "bbb2222"),
            SWITCH_COMMAND=site.command("switch"),
            CANDIDATE_URL_FILE=str(site.folder / "candidate-url"),
        )

    assert (code, site.serving) == (10, "aaa1111"), said
    assert client.errors == []


def test_a_switch_that_does_not_happen_is_a_block(site: Site) -> None:
    code, said = site.deploy("bbb2222", DEPLOY_COMMAND=site.command("deploy", "bbb2222"))

    assert (code, site.serving) == (10, "aaa1111"), said
