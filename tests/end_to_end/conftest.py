"""The demo on real servers, and a project that verifies it."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from dotenv import dotenv_values

from tests.runs import ROOT, Done, Project
from tests.servers import Server, demo, postgres, valkey

CONFIGURATION = """
[targets.demo]
url = "{url}"
control = ["{control}"]
grace = "0s"

[services.api]
live = "/health"
ready = "/api/v1/health"
budget = "{budget}"
timeout = "{timeout}"
startup = {{ attempts = 3, interval = "20ms" }}
version = {{ path = "/health", field = "version", wait = "300ms" }}

[dependencies."api/database"]
critical = true
[dependencies."api/redis"]

[endpoints."api/models"]
path = "/v1/models"
expect = {{ status = 200, json = {{ "data[0].id" = {{ present = true }} }} }}
critical = true
retry = {{ attempts = 2, interval = "20ms" }}

[endpoints."api/front-page"]
path = "/"
expect = {{ body-contains = "<title>demo</title>" }}
retry = {{ attempts = 2, interval = "20ms" }}

[endpoints."api/stranger"]
path = "/api/v1/auth/me"
expect = {{ status = 401 }}
retry = {{ attempts = 2, interval = "20ms" }}
"""
VERSION = "abc1234"
ENV_FILE = ROOT / "examples" / "demo" / ".env.demo"
VALUES = {name: value or "" for name, value in dotenv_values(ENV_FILE).items()}


@dataclass(frozen=True)
class Application:
    """A running demo, whose faults can be switched on for a while."""

    server: Server
    client: httpx.Client
    sound: dict[str, Any]

    @contextmanager
    def broken(self, faults: Mapping[str, object]) -> Iterator[None]:
        self.client.post("/_faults", json=faults).raise_for_status()
        try:
            yield
        finally:
            self.client.post("/_faults", json=self.sound).raise_for_status()


@contextmanager
def running(folder: Path, **variables: str) -> Iterator[Application]:
    """Run the demo with its own values and its switches within reach."""
    values = {**VALUES, "DEMO_VERSION": VERSION, "DEMO_FAULTS": "1", **variables}
    with (
        demo(folder, {}, **values) as server,
        httpx.Client(base_url=server.url, timeout=10) as client,
    ):
        yield Application(server, client, client.post("/_faults", json={}).json())


@pytest.fixture(scope="session")
def database() -> Iterator[Server]:
    """A PostgreSQL for all; whoever kills it starts their own."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def cache() -> Iterator[Server]:
    with valkey() as server:
        yield server


@pytest.fixture(scope="session")
def application(
    tmp_path_factory: pytest.TempPathFactory, database: Server, cache: Server
) -> Iterator[Application]:
    """One demo for all; a test that breaks it repairs it."""
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, DATABASE_URL=database.url, REDIS_URL=cache.url) as started:
        yield started


@pytest.fixture(scope="session")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The demo without any server beside it."""
    with running(tmp_path_factory.mktemp("light")) as started:
        yield started


def verify(
    project: Project,
    server: Server,
    *arguments: str,
    control: str = "",
    budget: str = "2s",
    timeout: str = "5s",
) -> Done:
    """Verify what serves at a URL, with all its endpoints."""
    control = control or f"{server.url}/metrics"
    text = CONFIGURATION.format(url=server.url, control=control, budget=budget, timeout=timeout)
    chosen = ("suites/health", "suites/smoke", "--gonogo-commit", VERSION)
    return project.write(text).run(*chosen, *arguments)


def listens(url: str) -> bool:
    """Tell whether anybody accepts connections at the port of a URL."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0
