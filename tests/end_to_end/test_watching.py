"""Each trigger of a watch, provoked on the demo with a real PostgreSQL and a real Valkey.

Hard facts are watched at the wall's own pace, and asked for often. What takes minutes by its rule
(four slices of 15 s, every reading for 60 s, a GO from 5 minutes on) runs under a clock that goes
many times as fast, with the rules and rates as they are: the same whole runs of `suites/watch`,
the same servers and requests, seconds instead of minutes.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.runs import ROOT, Done, Project
from tests.servers import Server, postgres, valkey

from .conftest import VERSION, Application, running

PACE = 50.0
USUAL, SLOW = 0.08, 0.6  # seconds an answer takes: what a busy machine adds must not matter
CALM = "[rules.latency]\nlimit = 6\n"  # nor make a release that is well a slow one
CONFIGURATION = """
[targets.demo]
url = "{url}"
control = ["{control}"]
grace = "0s"
[services.api]
live = "/health"
ready = "/api/v1/health"
startup = {{ attempts = 3, interval = "20ms" }}
version = {{ path = "/health", field = "version", wait = "2s" }}
[endpoints."api/models"]
path = "/v1/models"
expect = {{ status = 200 }}
{more}
"""
OFTEN = '[watch]\nrate = "20/s"\nhealth-every = "200ms"\nresources-every = "100ms"\n'
DATABASE = '[dependencies."api/database"]\ncritical = true\n'
REDIS = '[dependencies."api/redis"]\n'
POOL = """
[signals."api/db-pool"]
source = "metrics"
queries.used = 'db_pool_connections{state="used"}'
queries.max = 'db_pool_connections{state="size"}'
"""
MEMORY = """
[signals."api/memory"]
source = "metrics"
queries.used = "process_resident_memory_bytes"
max = %d
"""
TEN_MINUTES = ("--gonogo-watch", "10m")
ROLLBACK, HOLD, GO, BLOCK = (20, "ROLLBACK"), (30, "HOLD"), (0, "GO"), (10, "BLOCK")


@dataclass(frozen=True)
class Watching:
    """The demo that is watched, a folder for the runs, and a URL that stands for the network."""

    folder: Path
    application: Application
    control: str = ""

    def run(self, *arguments: str, more: str = OFTEN, **environ: str) -> Done:
        """Watch to the end."""
        place = self.folder / f"{time.monotonic_ns()}"
        place.mkdir(parents=True)
        (place / "suites").symlink_to(ROOT / "suites")
        kept = self.folder / "baseline.json"
        project = Project(place)
        if kept.exists():
            project.write(kept.read_text(), "reports/out/baseline.json")
        url = self.application.server.url
        control = self.control or f"{url}/metrics"
        project.write(CONFIGURATION.format(url=url, control=control, more=more))
        return project.run("suites/watch", "--gonogo-commit", VERSION, *arguments, **environ)

    def fast(self, *arguments: str, more: str = "") -> Done:
        """Watch under a clock that goes PACE times as fast, at the rates of the contract."""
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        plugin = ("-p", "tests.doubles.pace")
        return self.run(*plugin, *arguments, more=more, PACE=str(PACE), PYTHONPATH=path)

    def keep(self, sampled: Done) -> None:
        """Compare what is watched from now on with what was sampled."""
        sampled.file.with_name("baseline.json").rename(self.folder / "baseline.json")

    def called(self) -> int:
        """How many calls of the watched route the demo has answered."""
        lines = self.application.client.get("/metrics").text.splitlines()
        own = [each for each in lines if each.startswith('http_requests_total{route="/v1/models"')]
        return sum(int(each.rpartition(" ")[2]) for each in own)

    def during(
        self, watch: Callable[[], Done], *then: Callable[[], object], after: int = 10
    ) -> Done:
        """Do something once a watch is under way, and again so many calls later."""
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(watch)
            for step in then:
                self._await(done, self.called() + after)
                step()
            return done.result()

    def _await(self, done: "Future[Done]", calls: int) -> None:
        until = time.monotonic() + 40
        while self.called() < calls and not done.done():
            assert time.monotonic() < until, "the watch does not call"
            time.sleep(0.02)

    def switch(self, **faults: object) -> Callable[[], object]:
        """Return what switches faults on."""
        return lambda: self.application.client.post("/_faults", json=faults).raise_for_status()

    def resident(self) -> float:
        lines = self.application.client.get("/metrics").text.splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("process_resident"))


def told(done: Done) -> tuple[tuple[int, str | None], list[tuple[str, str | None]]]:
    """Return the decision, and signal and confirmation of each reason that leads to it."""
    decision = done.record["decision"]
    reasons = [each for each in done.record["reasons"] if each["decision"] == decision]
    return done.told, [(each["signal"], each["confirmed_by"]) for each in reasons]


def delay(done: Done) -> float:
    """Seconds of the watch's clock from the first bad answer to the end of the window."""
    first, end = done.record["reasons"][0]["first_at"], done.record["watch"]["ended_at"]
    return (datetime.fromisoformat(end) - datetime.fromisoformat(first)).total_seconds()


@pytest.fixture
def watching(tmp_path: Path, database: Server, cache: Server) -> Iterator[Watching]:
    """A demo of its own on the servers of all."""
    servers = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
    with running(tmp_path, **servers) as application:
        yield Watching(tmp_path, application)


def test_its_health_fails_and_its_servers_end(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A 5xx, a login page, the old version; then cache, database and the process itself end."""
    httpserver.expect_request("/zen").respond_with_data("the network of the runner is well")
    window = ("--gonogo-watch", "60s")
    with (
        postgres() as database,
        valkey() as cache,
        running(tmp_path, DATABASE_URL=database.url, REDIS_URL=cache.url) as application,
    ):
        watching = Watching(tmp_path, application, control=httpserver.url_for("/zen"))
        error = watching.during(lambda: watching.run(*window), watching.switch(errors="/health"))
        watching.switch(errors="")()
        login = watching.during(lambda: watching.run(*window), watching.switch(login="/health"))
        watching.switch(login="")()
        old = watching.during(lambda: watching.run(*window), watching.switch(version="0000000"))
        watching.switch(version="")()
        dependency = watching.during(
            lambda: watching.run("--gonogo-watch", "6s", more=OFTEN + DATABASE + REDIS),
            cache.stop,
            after=1,
        )
        critical = watching.during(
            lambda: watching.run(*window, more=OFTEN + DATABASE),
            lambda: database.stop(signal.SIGQUIT),
        )
        gone = watching.during(
            lambda: watching.run(*window), lambda: application.server.stop(signal.SIGKILL)
        )

    assert told(error) == (ROLLBACK, [("http-5xx", "3 consecutive")]), error.output
    assert told(login) == (ROLLBACK, [("live", "3 consecutive")]), login.output
    assert told(old) == (BLOCK, [("not-live", "3 consecutive")]), old.output
    assert told(dependency) == (HOLD, [("dependency", "3 consecutive")]), dependency.output
    assert told(critical) == (ROLLBACK, [("database", "3 consecutive")]), critical.output
    assert told(gone) == (ROLLBACK, [("unreachable", "3 consecutive")]), gone.output
    assert all(0 <= delay(each) < 60 for each in (error, login, critical, gone))


def test_its_calls_fail_or_slow_down(watching: Watching) -> None:
    """Against a baseline of one minute; windows of ten minutes take seconds."""
    watching.switch(delay=USUAL)()
    before = watching.fast("--gonogo-baseline", "60s")
    watching.keep(before)
    well = watching.fast(*TEN_MINUTES, more=CALM + DATABASE + REDIS)
    blip = watching.during(
        lambda: watching.fast(*TEN_MINUTES, more=CALM),
        watching.switch(errors="/health", error_count=2),
        watching.switch(errors="/v1/models", error_count=20),
        after=30,
    )
    watching.switch(errors="", error_count=None)()
    half = watching.switch(errors="/v1/models", error_share=0.5)
    burst = watching.during(lambda: watching.fast(*TEN_MINUTES), half)
    watching.switch(errors="")()
    slow = watching.during(lambda: watching.fast(*TEN_MINUTES), watching.switch(delay=SLOW))

    assert (before.told, well.told) == (GO, GO), before.output + well.output
    assert well.record["counts"]["passed"] == 5
    assert blip.told == GO, blip.output
    assert [each["outcome"] for each in blip.record["checks"]].count("WARN") == 1
    assert (burst.told, burst.signals[0]) == (ROLLBACK, "error-rate"), burst.output
    assert (slow.told, slow.signals[0]) == (ROLLBACK, "latency"), slow.output
    for each in (well, blip):
        assert 300 <= each.record["watch"]["seconds"] <= 600
    for each in (burst, slow):
        assert 60 <= each.record["watch"]["seconds"] < 600, "four slices, and no more than needed"
        assert each.record["reasons"][0]["confirmed_by"].startswith("odds ")


def test_its_resources_run_out(watching: Watching) -> None:
    """The pool first, then memory: a level that stays, and one that goes on growing."""
    pool = watching.during(
        lambda: watching.fast(*TEN_MINUTES, more=POOL), watching.switch(pool=True)
    )
    watching.switch(pool=False)()
    full = int(watching.resident() / 0.925)
    level = watching.fast(*TEN_MINUTES, more=MEMORY % full)
    roomy = int(watching.resident() + 100e6)
    leak = watching.during(
        lambda: watching.fast(*TEN_MINUTES, more=MEMORY % roomy), watching.switch(leak_mb=3)
    )

    assert told(pool) == (ROLLBACK, [("db-pool", "every reading for 60s")]), pool.output
    assert told(level) == (ROLLBACK, [("resources", "every reading for 60s")]), level.output
    assert told(leak) == (ROLLBACK, [("memory", "3 consecutive")]), leak.output
    assert delay(pool) >= 60
    assert delay(level) >= 60
