"""Level 4 in whole runs: signals of a real server, their decisions, and what is said of them."""

import json
import time
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from tests.doubles.prometheus import Prometheus
from tests.runs import Done, Project, in_turn, quick

SHARE = '[signals."api/{}"]\nsource = "health"\nfield = "used"\nevery = "20ms"\n{}\n'
LASTING = '[rules.resources]\nfor = "{}"\n'


def verify(project: Project, server: HTTPServer, more: str, *arguments: str) -> Done:
    service = 'ready = "/ready"'
    server.expect_request("/health").respond_with_json({"status": "healthy"})
    project.write(quick(server.url_for(""), service=service, more=more))
    return project.run("suites/health", *arguments)


def used(server: HTTPServer, *values: Any) -> None:
    bodies = (json.dumps({"status": "healthy", "used": value}) for value in values)
    answers = [Response(body, content_type="application/json") for body in bodies]
    server.expect_request("/ready").respond_with_handler(in_turn(*answers))


SHARES = [
    ("memory", [0.5], "", (0, "GO"), None),
    ("memory", ["97%"], "", (20, "ROLLBACK"), "3 consecutive"),
    ("memory", ["97%", "97%", "97%", 0.5], "", (0, "GO"), None),  # the first two are level 2's
    (
        "resources",
        [0.95],
        '[rules.resources]\nfor = "100ms"',
        (20, "ROLLBACK"),
        "every reading for 0.1s",
    ),
    ("resources", [0.95], LASTING.format("5m"), (30, "HOLD"), "not yet"),
    ("db-pool", [None], "", (40, "INCONCLUSIVE"), None),
    ("db-pool", [95], "", (40, "INCONCLUSIVE"), None),
]


@pytest.mark.parametrize(("signal", "values", "rule", "told", "confirmed"), SHARES)
def test_a_share_of_what_there_is(
    project: Project,
    httpserver: HTTPServer,
    signal: str,
    values: list[Any],
    rule: str,
    told: tuple[int, str],
    confirmed: str | None,
) -> None:
    used(httpserver, *values)
    done = verify(project, httpserver, SHARE.format(signal, rule))

    assert done.told == told, done.output
    if confirmed:
        (reason,) = done.record["reasons"]
        assert (reason["signal"], reason["confirmed_by"]) == (signal, confirmed)
    assert done.record["levels"]["4"] is not None


PROBE = '[signals."api/{}"]\nsource = "probe"\npath = "/m"\nevery = "1ms"\n{}\n'


def test_errors_seen_by_own_requests_hold(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0)
    answers = [Response("no", 500) if n % 5 == 0 else Response("ok") for n in range(60)]
    httpserver.expect_request("/m").respond_with_handler(in_turn(*answers))
    done = verify(project, httpserver, PROBE.format("error-rate", ""))

    assert (done.told, done.signals) == ((30, "HOLD"), ["error-rate"]), done.output
    assert "error-rate is 20.0%, 12 of 60 requests, limit 5% (not confirmed yet)" in done.output


def test_a_latency_without_a_baseline_is_not_compared_and_said_so(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, 0)
    httpserver.expect_request("/m").respond_with_data("ok")
    done = verify(project, httpserver, PROBE.format("latency", ""))
    (check,) = [each for each in done.record["checks"] if each["level"] == 4]

    assert done.told == (0, "GO"), done.output
    assert check["outcome"] == "UNKNOWN"
    assert "not compared: no baseline (no_baseline)" in done.output


def test_a_latency_is_compared_with_the_last_go(project: Project, httpserver: HTTPServer) -> None:
    delay = [0.01]

    def slow(_request: Any) -> Response:
        time.sleep(delay[0])
        return Response("ok")

    used(httpserver, 0)
    httpserver.expect_request("/m").respond_with_handler(slow)
    signal = PROBE.format("latency", "[history]")
    first = verify(project, httpserver, signal, "--gonogo-commit", "aaaaaaa")
    second = verify(project, httpserver, signal, "--gonogo-commit", "bbbbbbb")
    delay[0] = 0.08
    third = verify(project, httpserver, signal, "--gonogo-commit", "ccccccc")

    assert (first.told, second.told) == ((0, "GO"), (0, "GO")), first.output + second.output
    assert "no_baseline" in first.output
    assert "no_baseline" not in second.output
    assert (third.told, third.signals) == ((30, "HOLD"), ["latency"]), third.output
    assert "limit 2 x" in third.output


def test_a_latency_has_an_absolute_limit(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0)
    httpserver.expect_request("/m").respond_with_data("ok")
    done = verify(project, httpserver, PROBE.format("latency", 'limit = "0.001ms"'))

    assert (done.told, done.signals) == ((30, "HOLD"), ["latency"]), done.output


def test_a_path_that_is_not_there_measures_nothing(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, 0)
    httpserver.expect_request("/m").respond_with_data("no", 404)
    done = verify(project, httpserver, PROBE.format("error-rate", ""))

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "fix: the path" in done.output


def test_a_picture_of_each_signal_is_in_the_report(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, 0.97)
    verify(project, httpserver, SHARE.format("memory", ""), "--alluredir=results")
    (file,) = project.folder.glob("results/*.svg")
    root = ET.fromstring(file.read_text())

    assert root.tag.endswith("svg")
    assert len([each for each in root.iter() if each.get("class") == "dot"]) == 3


def test_the_credentials_of_a_source_stay_secret(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0)
    twin = Prometheus(httpserver, {"pool": [({}, 0.5)]}, token="Bearer t0ps3cret99")
    more = (
        f'[signals."api/db-pool"]\nsource = "prometheus"\nurl = "{twin.url}"\nquery = "pool"\n'
        'headers = { Authorization = "Bearer ${PROM_TOKEN}" }\n'
    )
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    project.write(quick(httpserver.url_for(""), more=more))
    good = project.run("suites/health", PROM_TOKEN="t0ps3cret99")
    bad = project.run("suites/health", PROM_TOKEN="wr0ngs3cret99")

    assert good.told == (0, "GO"), good.output
    assert bad.told == (40, "INCONCLUSIVE"), bad.output
    assert "credentials" in bad.output
    assert "s3cret99" not in good.output + bad.output + good.file.read_text()


def test_an_empty_section_is_no_go(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0)
    done = verify(project, httpserver, "[signals]")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "[signals] is empty" in done.output


def test_without_signals_nothing_of_metrics_is_loaded(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, 0)
    names = "[name in sys.modules for name in ('prometheus_client', 'gonogo.metrics')]"
    project.write(f"import atexit, sys\natexit.register(lambda: print({names}))\n", "conftest.py")
    done = verify(project, httpserver, "")

    assert "[False, False]" in done.output
