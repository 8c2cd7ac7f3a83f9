"""Dependencies asked directly: real servers, and what each way of being broken leads to."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from pytest_httpserver import HTTPServer
from werkzeug import Response

import gonogo.probes.direct as direct_package
from gonogo.core.dependency import Direct
from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.subject import Dependency
from gonogo.probes.context import Context
from gonogo.probes.direct.asking import KINDS
from gonogo.probes.engine import Engine
from gonogo.probes.readiness import reported
from tests.servers import Server, free_port, postgres, valkey, worker

PASS, WARN, FAIL, UNKNOWN = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN
CRITICAL = DEFAULT_RULES["database"]


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def context(httpserver: HTTPServer) -> Iterator[Context]:
    httpserver.expect_request("/control").respond_with_data("")
    engine = Engine()
    context = Context(engine.fetch, control=(httpserver.url_for("/control"),), sleep=no_pause)
    context.__dict__["engine"] = engine
    yield context
    engine.close()


def ask(
    context: Context, kind: str, url: str, budget: float | None = None, **more: Any
) -> Observation:
    direct = Direct(kind, url, **{"timeout": 2.0, **more})
    dependency = Dependency("a/b", None, "b", budget=budget, kind=kind, direct=direct)
    engine: Engine = context.__dict__["engine"]
    return engine.submit(reported(context, dependency, CRITICAL)).result(40)


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def cache() -> Iterator[Server]:
    with valkey() as server:
        yield server


@pytest.fixture(scope="module")
def workers(cache: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with worker(cache.url, tmp_path_factory.mktemp("worker")) as server:
        yield server


def test_every_adapter_is_in_the_table() -> None:
    (folder,) = direct_package.__path__
    adapters = {each.stem for each in Path(folder).glob("*.py")}
    adapters -= {"__init__", "aside", "asking", "seen"}

    assert {each.rpartition(":")[0].rpartition(".")[2] for each in KINDS.values()} == adapters


def test_a_database_answers(context: Context, database: Server, tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("create table t (a)")
    urls = (database.url, database.url.replace("postgresql", "postgres"), f"sqlite:///{file}")
    for url in (*urls, database.url.replace("postgresql", "postgresql+asyncpg")):
        seen = ask(context, "sql", url, budget=5.0)
        assert seen.reading.outcome is PASS, seen
        assert "answers a query in" in seen.reading.text


def test_a_slow_database_is_a_warning(context: Context, database: Server) -> None:
    seen = ask(context, "sql", database.url, budget=1e-7)

    assert seen.reading.outcome is WARN
    assert "budget 0ms" in seen.reading.text


def test_what_a_database_refuses_is_evidence(
    context: Context, database: Server, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 500)
    cases = {
        f"{database.url}-nosuch": 'database "postgres-nosuch" does not exist',
        database.url.replace("postgres@", "nobody:hunter2@"): 'role "nobody" does not exist',
        f"sqlite:///{broken}": "file is not a database",
    }
    for url, text in cases.items():
        seen = ask(context, "sql", url)
        assert (seen.reading.outcome, seen.confirmed_by) == (FAIL, "3 consecutive"), seen
        assert text in seen.reading.text
        assert "hunter2" not in seen.reading.text


def test_what_cannot_be_asked_is_no_evidence(context: Context, tmp_path: Path) -> None:
    cases = {
        f"sqlite:///{tmp_path}/none.sqlite": "no file none.sqlite here",
        "mysql+pymysql://u:p@127.0.0.1/x": "the driver pymysql is missing; fix: install it",
        "nosuch://u:p@127.0.0.1/x": "the driver nosuch is missing",
        "postgresql://u@db.internal/x": "a name of a private network",
    }
    for url, text in cases.items():
        seen = ask(context, "sql", url)
        assert (seen.reading.outcome, seen.attempts) == (UNKNOWN, 1), seen
        assert text in seen.reading.text
    assert not (tmp_path / "none.sqlite").exists()


GONE = {
    "sql": "postgresql://u@127.0.0.1:{}/x",
    "redis": "redis://127.0.0.1:{}/0",
    "celery": "redis://127.0.0.1:{}/0",
    "tcp": "tcp://127.0.0.1:{}",
    "http": "http://127.0.0.1:{}/",
}


@pytest.mark.parametrize("proven", [True, False], ids=["proven", "unproven"])
@pytest.mark.parametrize("kind", GONE)
def test_nobody_there(context: Context, kind: str, *, proven: bool) -> None:
    context.control = context.control if proven else ("http://127.0.0.1:9/",)
    seen = ask(context, kind, GONE[kind].format(free_port()))

    assert seen.reading.outcome is (FAIL if proven else UNKNOWN), seen
    assert "refused" in seen.reading.text
    assert seen.reading.signal is None, "the check says which signal it is"


@pytest.mark.parametrize("kind", GONE)
def test_nobody_answers(context: Context, kind: str) -> None:
    if kind == "tcp":
        return
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:
        started = time.monotonic()
        seen = ask(context, kind, GONE[kind].format(deaf.getsockname()[1]), timeout=0.4)

    assert seen.reading.outcome is FAIL, seen
    assert time.monotonic() - started < 6


def test_what_this_run_booted_proves_nothing_about_others(context: Context) -> None:
    context.own_network, context.control = True, ()
    here = ask(context, "tcp", f"tcp://127.0.0.1:{free_port()}")
    there = ask(context, "tcp", "tcp://nosuch.invalid:5432")

    assert here.reading.outcome is FAIL
    assert there.reading.outcome is UNKNOWN


def test_a_cache_answers_and_keeps_a_key(context: Context, cache: Server) -> None:
    seen = ask(context, "redis", cache.url)
    client = redis.Redis.from_url(cache.url)

    assert (seen.reading.outcome, seen.attempts) == (PASS, 1), seen
    assert "answers PING, and keeps a key" in seen.reading.text
    assert client.keys("gonogo:*") == []
    client.close()


def test_what_a_cache_refuses_is_evidence(context: Context) -> None:
    with valkey() as server, closing(redis.Redis.from_url(server.url)) as client:
        client.acl_setuser(
            "reader", enabled=True, passwords=["+hunter2"], commands=["+@read", "+ping"], keys=["*"]
        )
        port = server.url.split(":")[-1]
        reader = ask(context, "redis", f"redis://reader:hunter2@127.0.0.1:{port}")
        ping = ask(context, "redis", f"redis://reader:hunter2@127.0.0.1:{port}", write=False)
        client.config_set("requirepass", "hunter3")
        wrong = ask(context, "redis", f"redis://:hunter2@127.0.0.1:{port}")
        missing = ask(context, "redis", server.url)
        broker = ask(context, "celery", f"redis://:hunter2@127.0.0.1:{port}")

    assert ping.reading.outcome is PASS, ping
    for seen in (reader, wrong, missing, broker):
        assert (seen.reading.outcome, seen.confirmed_by) == (FAIL, "3 consecutive"), seen
        assert "hunter" not in seen.reading.text


def test_workers_answer_through_the_broker(context: Context, workers: Server) -> None:
    seen = ask(context, "celery", workers.url, timeout=10.0)
    task = ask(context, "celery", workers.url, task="shop.ping", timeout=10.0)

    assert (seen.reading.outcome, task.reading.outcome) == (PASS, PASS), (seen, task)
    assert "celery@" in seen.reading.text
    assert "shop.ping was carried out within" in task.reading.text


def test_a_task_that_fails_is_evidence(context: Context, workers: Server) -> None:
    cases = {
        "shop.break": ("shop.break failed: ValueError", 5.0),
        "shop.nosuch": ("shop.nosuch", 0.5),
    }
    for task, (text, wait) in cases.items():
        seen = ask(context, "celery", workers.url, task=task, wait=wait, timeout=10.0)
        assert seen.reading.outcome is FAIL, seen
        assert text in seen.reading.text
        assert "hunter2" not in seen.reading.text


def test_no_worker_and_a_long_queue(context: Context) -> None:
    with valkey() as server, closing(redis.Redis.from_url(server.url)) as client:
        nobody = ask(context, "celery", server.url, timeout=0.5)
        client.lpush("mail", *("{}" for _ in range(12)))
        long = ask(context, "celery", server.url, queue="mail", max_depth=10, timeout=0.5)

    assert (nobody.reading.outcome, long.reading.outcome) == (FAIL, FAIL)
    assert "no worker answers a ping" in nobody.reading.text
    assert "12 messages wait in mail, at most 10 may" in long.reading.text


def test_a_queue_that_grows_is_a_warning(context: Context, workers: Server) -> None:
    with closing(redis.Redis.from_url(workers.url)) as client:
        client.lpush("mail", "{}", "{}")
        seen = ask(context, "celery", workers.url, queue="mail", warn_depth=1, timeout=10.0)
        client.delete("mail")

    assert seen.reading.outcome is WARN, seen
    assert (seen.reading.value, seen.reading.threshold) == ("2", "1")


def test_a_port_that_is_open(context: Context, cache: Server) -> None:
    assert ask(context, "tcp", cache.url.replace("redis", "tcp")).reading.outcome is PASS


WEB = {
    "well": (Response("fine"), PASS, "200 in"),
    "healthy": (Response('{"status": "ok"}'), PASS, "200 in"),
    "unhealthy": (Response('{"status": "down"}'), FAIL, "its body says that it is unhealthy"),
    "error": (Response("", 503), FAIL, "503, expected a status below 400"),
    "forbidden": (Response("", 401), FAIL, "401, expected"),
    "limit": (Response("", 429), UNKNOWN, "a rate limit"),
}


@pytest.mark.parametrize("name", WEB)
def test_a_web_service(context: Context, httpserver: HTTPServer, name: str) -> None:
    response, outcome, text = WEB[name]
    httpserver.expect_request("/api").respond_with_response(response)
    seen = ask(context, "http", httpserver.url_for("/api"))

    assert seen.reading.outcome is outcome, seen
    assert text in seen.reading.text


@pytest.mark.parametrize(
    ("indicator", "outcome"),
    [("none", PASS), ("minor", WARN), ("critical", FAIL), ("strange", UNKNOWN)],
)
def test_a_status_page(
    context: Context, httpserver: HTTPServer, indicator: str, outcome: Outcome
) -> None:
    page = {"status": {"indicator": indicator, "description": "as it is"}}
    httpserver.expect_request("/api/v2/status.json").respond_with_json(page)

    assert ask(context, "statuspage", httpserver.url_for("/")).reading.outcome is outcome
