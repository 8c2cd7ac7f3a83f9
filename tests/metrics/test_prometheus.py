"""Range queries: against a twin of the API always, against the real server where there is one."""

import math
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.signal import Signal
from tests.doubles.prometheus import Prometheus
from tests.servers import Server, free_port, wait_for

from .conftest import Read

Unread = Callable[..., str]
RATES = {"total": "sum(rate(r[1m]))", "errors": "sum(rate(e[1m]))"}


@pytest.fixture
def twin(httpserver: HTTPServer) -> Prometheus:
    return Prometheus(httpserver)


def asking(url: str, kind: str = "resources", **queries: str) -> Signal:
    queries = queries or {"value": "cpu"}
    return Signal(f"api/{kind}", kind, "prometheus", "api", url, queries=queries, every=15.0)


def test_a_point_each_step_up_to_now(read: Read, twin: Prometheus) -> None:
    twin.series["cpu"] = [({}, 0.5)]
    found = read(asking(twin.url))

    assert [each.value for each in found] == [0.5] * 5
    assert abs(found[-1].at - time.time()) < 5
    assert found[-1].at - found[0].at == pytest.approx(60, abs=0.1)


def test_several_series_stay_apart(read: Read, twin: Prometheus) -> None:
    twin.series["cpu"] = [({"instance": "a", "job": "x"}, 0.5), ({"instance": "b"}, 0.7)]
    found = {each.route: each.value for each in read(asking(twin.url))}

    assert found == {"instance=a,job=x": 0.5, "instance=b": 0.7}


def test_requests_and_errors_belong_together(read: Read, twin: Prometheus) -> None:
    twin.series[RATES["total"]] = [({"pod": "a"}, 3.0), ({"pod": "b"}, 1.0)]
    found = read(asking(twin.url, "error-rate", **RATES))

    assert {(each.requests, each.failures) for each in found} == {(60.0, 0.0)}  # no error counter

    twin.series[RATES["errors"]] = [({}, 1.0)]
    found = read(asking(twin.url, "error-rate", **RATES))

    assert {(each.requests, each.failures) for each in found} == {(60.0, 15.0)}


def test_used_of_a_maximum(read: Read, twin: Prometheus) -> None:
    twin.series |= {"used": [({}, 9.0)], "most": [({}, 10.0)]}
    found = read(asking(twin.url, "db-pool", used="used", max="most"))

    assert {each.value for each in found} == {0.9}


def test_what_is_no_number_is_left_out(read: Read, twin: Prometheus) -> None:
    early = time.time() - 40
    twin.series["cpu"] = [({}, lambda t: math.nan if t < early else 0.5)]

    assert [each.value for each in read(asking(twin.url))] == [0.5] * 3


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_nothing_but_no_numbers_is_unknown(unread: Unread, twin: Prometheus, value: float) -> None:
    twin.series["cpu"] = [({}, value)]

    assert "no data" in unread(asking(twin.url))


def test_errors_alone_are_no_rate(unread: Unread, twin: Prometheus) -> None:
    twin.series[RATES["errors"]] = [({}, 1.0)]

    assert "no data" in unread(asking(twin.url, "error-rate", **RATES))


def test_an_empty_vector_is_unknown(unread: Unread, twin: Prometheus) -> None:
    assert "no data for cpu" in unread(asking(twin.url))


def test_what_is_stale_is_unknown(unread: Unread, twin: Prometheus) -> None:
    twin.series["cpu"], twin.until = [({}, 0.5)], time.time() - 50

    assert "stale" in unread(asking(twin.url))


def test_a_part_is_unknown(unread: Unread, twin: Prometheus) -> None:
    twin.series["cpu"], twin.warnings = [({}, 0.5)], ["a store could not be reached"]

    assert "only in part: a store could not be reached" in unread(asking(twin.url))


def test_an_error_is_said_as_it_is(unread: Unread, twin: Prometheus) -> None:
    assert "parse error" in unread(asking(twin.url, value="sum(rate(x[1m])"))


def test_credentials(read: Read, unread: Unread, twin: Prometheus) -> None:
    twin.series["cpu"], twin.token = [({}, 0.5)], "Bearer t0ken"
    signal = asking(twin.url)

    assert "credentials" in unread(signal)

    headers = (("Authorization", "Bearer t0ken"),)
    known = Signal("a/b", "resources", "prometheus", "a", twin.url, "", headers, {"value": "cpu"})

    assert read(known)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": "success"}, "without series"),
        ({"status": "success", "data": {"resultType": "matrix", "result": [{}]}}, "without series"),
        ({"hello": 1}, "not an answer of Prometheus"),
        ([], "not an answer of Prometheus"),
    ],
)
def test_garbage_is_unknown(unread: Unread, httpserver: HTTPServer, answer: Any, said: str) -> None:
    httpserver.expect_request("/api/v1/query_range").respond_with_json(answer)

    assert said in unread(asking(httpserver.url_for("").rstrip("/")))


def test_a_server_that_is_not_there_is_unknown(unread: Unread) -> None:
    assert "refused" in unread(asking("http://127.0.0.1:1"))


def test_too_many_series_are_unknown(unread: Unread, twin: Prometheus) -> None:
    twin.series["cpu"] = [({"n": f"{n}"}, 0.5) for n in range(101)]

    assert "aggregate" in unread(asking(twin.url))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Prometheus, scraping itself every 200 ms."""
    binary = shutil.which("prometheus")
    if binary is None:
        pytest.skip("no prometheus on PATH; Debian has it in the package of that name")
    folder = tmp_path_factory.mktemp("prometheus")
    port = free_port()
    file = folder / "prometheus.yml"
    file.write_text(
        "global: {scrape_interval: 200ms}\nscrape_configs:\n- job_name: self\n"
        f"  static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n"
    )
    command = [binary, f"--config.file={file}", f"--storage.tsdb.path={folder}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]
    log = Path(folder, "log")
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
    server = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        wait_for(port, process)
        _wait_until_scraped(server)
        yield server
    finally:
        server.stop()


def _wait_until_scraped(server: Server) -> None:
    until = time.monotonic() + 20
    query = f"{server.url}/api/v1/query?query=rate(prometheus_http_requests_total[2s])"
    while time.monotonic() < until:
        if httpx.get(query).json().get("data", {}).get("result"):
            return
        time.sleep(0.1)
    raise TimeoutError


HTTP = "prometheus_http_requests_total"
RATE = {"total": f"sum(rate({HTTP}[2s]))", "errors": f'sum(rate({HTTP}{{code="599"}}[2s]))'}
REAL = [
    ("resources", {"value": "up - 0.5"}),
    ("memory", {"used": "process_resident_memory_bytes", "max": "process_virtual_memory_bytes"}),
    ("error-rate", RATE),
    ("latency", {"value": "scrape_duration_seconds"}),
]


@pytest.mark.parametrize(("kind", "queries"), REAL)
def test_the_real_server(read: Read, real: Server, kind: str, queries: dict[str, str]) -> None:
    found = read(replace(asking(real.url, kind, **queries), every=1.0))
    last = found[-1]

    assert time.time() - last.at < 5
    if kind == "error-rate":
        assert last.requests > 0
        assert last.failures == 0
    else:
        assert last.value is not None
        assert 0 < last.value < 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sum(rate(up[1m])", "parse error"),
        ("nothing_of_the_kind", "no data"),
        ("0/0 * up", "no data"),
        ("up > 5", "no data"),
    ],
)
def test_what_the_real_server_does_not_know(
    unread: Unread, real: Server, query: str, said: str
) -> None:
    assert said in unread(replace(asking(real.url, value=query), every=1.0))
