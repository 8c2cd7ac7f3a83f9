"""The demo, broken for real, as its signals see it: a leak, an empty pool, errors, slowness."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.runs import Done, Project

from .conftest import Application, running

SIGNALS = """
[targets.demo]
url = "{url}"
grace = "0s"
[services.api]
live = "/health"
[signals."api/memory"]
source = "metrics"
queries = {{ used = "process_resident_memory_bytes" }}
max = {memory}
every = "20ms"
[signals."api/db-pool"]
source = "metrics"
queries.used = 'db_pool_connections{{state="used"}}'
queries.max = 'db_pool_connections{{state="size"}}'
every = "50ms"
[rules.db-pool]
for = "300ms"
[signals."api/error-rate"]
source = "probe"
path = "/v1/models"
every = "1ms"
[signals."api/latency"]
source = "probe"
path = "/v1/models"
limit = "{latency}"
every = "1ms"
[signals."api/served"]
signal = "error-rate"
source = "metrics"
queries.total = 'http_requests_total{{route="/v1/models"}}'
queries.errors = 'http_requests_total{{route="/v1/models",status=~"5.."}}'
every = "700ms"
"""


@pytest.fixture
def leaky(tmp_path: Path) -> Iterator[Application]:
    """A demo of its own: what has leaked is never given back."""
    with running(tmp_path) as started:
        yield started


def verify(
    project: Project, application: Application, memory: float = 4e9, latency: str = "9s"
) -> Done:
    url = application.server.url
    project.write(SIGNALS.format(url=url, memory=f"{memory:.0f}", latency=latency))
    return project.run("suites/health")


def against(done: Done) -> list[tuple[str, str]]:
    """Return signal and confirmation of what leads to the decision."""
    decision = done.record["decision"]
    reasons = [each for each in done.record["reasons"] if each["decision"] == decision]
    return [(each["signal"], each["confirmed_by"]) for each in reasons]


def resident(application: Application) -> float:
    lines = application.client.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("process_resident"))


def test_a_demo_that_is_well(project: Project, light: Application) -> None:
    done = verify(project, light)

    assert done.told == (0, "GO"), done.output


def test_a_leaking_process_is_rolled_back(project: Project, leaky: Application) -> None:
    memory = resident(leaky) + 100e6
    with leaky.broken({"leak_mb": 20}):
        while resident(leaky) < memory:
            leaky.client.get("/health")
        done = verify(project, leaky, memory)

    assert done.told == (20, "ROLLBACK"), done.output
    assert against(done) == [("memory", "3 consecutive")]


BROKEN: list[tuple[Mapping[str, object], tuple[int, str], list[tuple[str, str]]]] = [
    ({"pool": True}, (20, "ROLLBACK"), [("db-pool", "every reading for 0.3s")]),
    (
        {"errors": "/v1/models", "error_share": 0.5},
        (30, "HOLD"),
        [("error-rate", "not yet"), ("error-rate", "not yet")],
    ),
    ({"delay": 0.06}, (30, "HOLD"), [("latency", "not yet")]),
]


@pytest.mark.parametrize(("fault", "told", "reasons"), BROKEN, ids=["pool", "errors", "slow"])
def test_each_fault_is_measured(
    project: Project,
    light: Application,
    fault: Mapping[str, object],
    told: tuple[int, str],
    reasons: list[tuple[str, str]],
) -> None:
    with light.broken(fault):
        done = verify(project, light, latency="50ms" if "delay" in fault else "9s")

    assert (done.told, against(done)) == (told, reasons), done.output
