"""A database and a cache of its own for each test, ended while the demo serves."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.runs import Project
from tests.servers import Server, demo, postgres, valkey

from .conftest import VERSION, Application, running, verify


def test_killing_its_database_is_a_rollback(project: Project, cache: Server) -> None:
    with (
        postgres() as database,
        running(project.folder, DATABASE_URL=database.url, REDIS_URL=cache.url) as application,
    ):
        assert application.client.get("/api/v1/health").status_code == 200
        database.stop(signal.SIGQUIT)
        begun = time.monotonic()
        answer = application.client.get("/api/v1/health")
        took = time.monotonic() - begun
        after = verify(project, application.server)

    assert answer.status_code == 503
    assert took < 2.5
    assert after.told == (20, "ROLLBACK"), after.output
    assert after.signals[0] == "database"
    assert after.record["reasons"][0]["confirmed_by"] == "3 consecutive"
    assert after.record["levels"]["1"] == "PASS"


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Stop a process and its children without ending them; nothing answers any more."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    stopped = [server.process.pid, *map(int, children.read_text().split())]
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find children")
def test_a_database_that_hangs_is_a_rollback_too(project: Project, cache: Server) -> None:
    with (
        postgres() as database,
        running(project.folder, DATABASE_URL=database.url, REDIS_URL=cache.url) as application,
    ):
        assert application.client.get("/api/v1/health").status_code == 200
        with frozen(database):
            answer = application.client.get("/api/v1/health", timeout=4)
            hanging = verify(project, application.server)

    assert answer.status_code == 503
    assert hanging.told == (20, "ROLLBACK"), hanging.output
    assert hanging.signals[0] == "database"
    assert hanging.record["duration_s"] < 20


def test_stopping_its_cache_is_a_hold(project: Project, database: Server) -> None:
    with (
        valkey() as cache,
        running(project.folder, DATABASE_URL=database.url, REDIS_URL=cache.url) as application,
    ):
        assert application.client.get("/api/v1/health").status_code == 200
        cache.stop()
        after = verify(project, application.server)

    assert after.told == (30, "HOLD"), after.output
    assert after.signals == ["dependency"]
    assert after.record["levels"] == {"1": "PASS", "2": "FAIL", "3": "PASS", "4": None}
    assert after.record["counts"]["passed"] == 7


def test_a_release_without_the_cache_it_should_have_is_never_go(
    project: Project, light: Application
) -> None:
    done = verify(project, light.server)

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert done.signals == ["dependency"]


def test_a_release_that_is_gone_is_a_rollback(project: Project, application: Application) -> None:
    with demo(project.folder, {}, DEMO_VERSION=VERSION) as server:
        pass
    proven = verify(project, server, control=f"{application.server.url}/metrics")
    unproven = verify(project, server)

    assert proven.told == (20, "ROLLBACK"), proven.output
    assert proven.signals[0] == "unreachable"
    assert unproven.told == (40, "INCONCLUSIVE"), unproven.output
