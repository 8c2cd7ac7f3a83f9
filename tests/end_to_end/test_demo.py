"""The demo, whole and broken in every way: decision, record and exit code."""

import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.runs import ROOT, Done, Project
from tests.servers import Server, demo, postgres, valkey

from .conftest import CONFIGURATION, VERSION

SUITES = ("suites/health", "suites/smoke")


def verify(project: Project, server: Server, *more: str) -> Done:
    project.write(CONFIGURATION.format(url=server.url))
    return project.run(*SUITES, "--gonogo-commit", VERSION, *more)


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_good_release_is_go(
    project: Project, database: Server, cache: Server, spread: tuple[str, ...]
) -> None:
    folder = project.folder
    urls = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
    with demo(folder, {}, DEMO_VERSION=VERSION, **urls) as server:
        done = verify(project, server, *spread)

    assert done.told == (0, "GO"), done.output
    assert done.record["deployment"]["observed_commit"] == VERSION
    assert done.record["levels"] == {"1": "PASS", "2": "PASS", "3": "PASS", "4": None}
    assert done.record["counts"]["total"] == 8


FAULTS: dict[str, tuple[dict[str, Any], int, str, set[str]]] = {
    "500": ({"errors": "/health"}, 20, "ROLLBACK", {"http-5xx"}),
    "web page": ({"page": "/health"}, 20, "ROLLBACK", {"live"}),
    "login": ({"login": "/health"}, 20, "ROLLBACK", {"live"}),
    "drip": ({"drip": "/health"}, 20, "ROLLBACK", {"live"}),
    "critical endpoint": ({"errors": "/v1/models"}, 20, "ROLLBACK", {"critical-path"}),
    "other endpoint": ({"errors": "/api/v1/auth"}, 30, "HOLD", {"smoke"}),
    "pool exhausted": ({"pool": True}, 20, "ROLLBACK", {"database"}),
    "old version": ({"version": "0000000"}, 10, "BLOCK", {"not-live"}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_leads_to_its_decision(
    project: Project, database: Server, cache: Server, name: str
) -> None:
    fault, code, decision, signals = FAULTS[name]
    urls = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
    begun = time.monotonic()
    with demo(project.folder, fault, DEMO_VERSION=VERSION, **urls) as server:
        done = verify(project, server)

    assert done.told == (code, decision), done.output
    against = {r["signal"] for r in done.record["reasons"] if r["outcome"] == "FAIL"}
    assert against == signals, done.output
    assert time.monotonic() - begun < 45


def test_a_slow_release_is_held(project: Project, cache: Server) -> None:
    with demo(project.folder, {"delay": 0.25}, DEMO_VERSION=VERSION, REDIS_URL=cache.url) as server:
        text = CONFIGURATION.format(url=server.url).replace('budget = "2s"', 'budget = "100ms"')
        done = project.write(text).run(*SUITES, "--gonogo-commit", VERSION)

    assert done.told == (30, "HOLD"), done.output
    assert done.signals == ["slow"]


def test_killing_its_database_is_a_rollback(project: Project, cache: Server) -> None:
    with ExitStack() as stack:
        database = stack.enter_context(postgres())
        urls = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
        server = stack.enter_context(demo(project.folder, {}, DEMO_VERSION=VERSION, **urls))
        before = verify(project, server)
        database.stop()
        after = verify(project, server)

    assert before.told == (0, "GO"), before.output
    assert after.told == (20, "ROLLBACK"), after.output
    assert after.signals[0] == "database"
    assert after.record["reasons"][0]["confirmed_by"] == "3 consecutive"


def test_stopping_its_cache_is_a_hold(project: Project, database: Server) -> None:
    with ExitStack() as stack:
        cache = stack.enter_context(valkey())
        urls = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
        server = stack.enter_context(demo(project.folder, {}, DEMO_VERSION=VERSION, **urls))
        cache.stop()
        done = verify(project, server)

    assert done.told == (30, "HOLD"), done.output
    assert done.signals == ["dependency"]


def test_a_release_that_is_gone_is_unreachable(project: Project, cache: Server) -> None:
    with demo(project.folder, {}, DEMO_VERSION=VERSION, REDIS_URL=cache.url) as control:
        with demo(project.folder, {}, DEMO_VERSION=VERSION) as server:
            pass
        text = CONFIGURATION.format(url=server.url).replace(
            f"{server.url}/metrics", f"{control.url}/metrics"
        )
        done = project.write(text).run("suites/health", "--gonogo-commit", VERSION)

    assert done.told == (20, "ROLLBACK"), done.output
    assert "unreachable" in done.signals


def repository(report: Path, *arguments: str) -> Done:
    """Run as a newcomer does, in the repository itself."""
    runner = Project(ROOT)
    done = runner.run(
        "suites", "--gonogo-target", "demo", "--gonogo-report-dir", str(report), *arguments
    )
    return Done(done.code, done.output, report)


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_target_of_the_readme_is_go(tmp_path: Path, spread: tuple[str, ...]) -> None:
    done = repository(tmp_path, *spread)
    record = json.loads((tmp_path / "decision.json").read_text())

    assert (done.code, record["decision"]) == (0, "GO"), done.output
    assert record["counts"]["total"] >= 15
    assert not _listening(record["url"])


def _listening(url: str) -> bool:
    port = int(url.rpartition(":")[2])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
