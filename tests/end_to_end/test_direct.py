"""Real dependencies, asked directly in whole runs, and one of them ended."""

import signal
from pathlib import Path

import pytest

from tests.runs import Project
from tests.servers import postgres, valkey, worker

from .conftest import Application

TEXT = """
[targets.t]
url = "{url}"
control = ["{url}/metrics"]
[services.api]
live = "/health"
[dependencies."api/database"]
kind = "sql"
url = "${{SHOP_URL}}"
critical = true
timeout = "3s"
[dependencies."api/cache"]
kind = "redis"
url = "{cache}"
[dependencies."api/port"]
kind = "tcp"
url = "{port}"
[dependencies."api/jobs"]
kind = "celery"
url = "{cache}"
task = "shop.ping"
timeout = "5s"
max-depth = 100
"""


def test_each_kind_is_asked_and_the_end_of_a_database_is_a_rollback(
    project: Project, light: Application, tmp_path: Path
) -> None:
    with postgres() as database, valkey() as cache, worker(cache.url, tmp_path):
        secret = database.url.replace("postgres@", "postgres:hunter2hunter2@")
        port = cache.url.replace("redis", "tcp").removesuffix("/0")
        project.write(TEXT.format(url=light.server.url, cache=cache.url, port=port))
        good = project.run("suites/health", SHOP_URL=secret)
        database.stop(signal.SIGQUIT)
        bad = project.run("suites/health", SHOP_URL=secret)

    assert good.told == (0, "GO"), good.output
    assert len(good.record["checks"]) == 5
    assert bad.told == (20, "ROLLBACK"), bad.output
    reason = bad.record["reasons"][0]
    assert (reason["signal"], reason["confirmed_by"]) == ("database", "3 consecutive")
    assert "connection refused" in reason["message"]
    assert "hunter2" not in bad.output + bad.file.read_text() + good.file.read_text()


@pytest.mark.parametrize("critical", ["false", "true"])
def test_the_end_of_a_cache_is_what_the_configuration_says(
    project: Project, light: Application, critical: str
) -> None:
    with valkey() as own:
        pass
    head, _, rest = TEXT.partition('[dependencies."api/database"]')
    section = rest[rest.index('[dependencies."api/cache"]') :].partition('[dependencies."api/port')
    text = head.format(url=light.server.url) + section[0].format(cache=own.url)
    done = project.write(f"{text}critical = {critical}\n").run("suites/health")

    assert done.told == ((20, "ROLLBACK") if critical == "true" else (30, "HOLD")), done.output
