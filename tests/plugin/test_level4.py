"""Level 4 in whole runs: signals of a real server, their decisions, and what is said of them."""

import json
import time
import xml.etree.ElementTree as ET
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Response

from tests.doubles.prometheus import Prometheus
from tests.doubles.railway import Railway
from tests.runs import Done, Project, in_turn, quick

SHARE = '[signals."api/{}"]\nsource = "health"\nfield = "used"\nevery = "20ms"\n{}\n'
PROBE = '[signals."api/{}"]\nsource = "probe"\npath = "{}"\nevery = "1ms"\n{}\n'


def verify(project: Project, server: HTTPServer, more: str, *arguments: str) -> Done:
    service = 'ready = "/ready"'
    server.expect_request("/health").respond_with_json({"status": "healthy"})
    project.write(quick(server.url_for(""), service=service, more=more))
    return project.run("suites/health", *arguments)


def used(server: HTTPServer, *values: Any) -> None:
    bodies = (json.dumps({"status": "healthy", "used": value}) for value in values)
    answers = [Response(body, content_type="application/json") for body in bodies]
    server.expect_request("/ready").respond_with_handler(in_turn(*answers))


def outcomes(done: Done) -> dict[str, str]:
    return {each["slug"]: each["outcome"] for each in done.record["checks"] if each["level"] == 4}


def test_memory_is_confirmed_by_three_readings_and_drawn(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, "97%")
    done = verify(project, httpserver, SHARE.format("memory", ""), "--alluredir=results")
    (reason,) = done.record["reasons"]
    (file,) = project.folder.glob("results/*.svg")
    root = ET.fromstring(file.read_text())

    assert done.told == (20, "ROLLBACK"), done.output
    assert (reason["signal"], reason["confirmed_by"]) == ("memory", "3 consecutive")
    assert done.record["levels"]["4"] == "FAIL"
    assert root.tag.endswith("svg")
    assert len([each for each in root.iter() if each.get("class") == "dot"]) == 3


def test_a_violation_that_lasts_is_rolled_back(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0.95)
    rule = '[rules.resources]\nfor = "100ms"'
    done = verify(project, httpserver, SHARE.format("resources", rule))
    (reason,) = done.record["reasons"]

    assert done.told == (20, "ROLLBACK"), done.output
    assert reason["confirmed_by"] == "every reading for 0.1s"


def test_what_one_look_cannot_confirm_holds(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0.92)
    rule = '[rules.resources]\nfor = "5m"\n'
    more = SHARE.format("memory", "") + SHARE.format("resources", rule)
    done = verify(project, httpserver, more)
    (reason,) = done.record["reasons"]

    assert done.told == (30, "HOLD"), done.output
    assert outcomes(done) == {"api/memory": "PASS", "api/resources": "FAIL"}
    assert reason["confirmed_by"] == "not yet"
    assert "resources is at 92.0%, limit 90% (not confirmed yet)" in done.output


def test_what_cannot_be_read_is_no_go(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 95)
    done = verify(project, httpserver, SHARE.format("db-pool", "limit = 0.5"))

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert 'fix: unit = "percent"' in done.output


def test_own_requests(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0)
    answers = [Response("no", 500) if n % 5 == 0 else Response("ok") for n in range(60)]
    httpserver.expect_request("/m").respond_with_handler(in_turn(*answers))
    httpserver.expect_request("/ok").respond_with_data("ok")
    httpserver.expect_request("/gone").respond_with_data("no", 404)
    more = PROBE.format("error-rate", "/m", "")
    more += PROBE.format("slow", "/ok", 'signal = "latency"\nlimit = "0.001ms"')
    more += PROBE.format("latency", "/ok", "")
    more += PROBE.format("lost", "/gone", 'signal = "error-rate"')
    done = verify(project, httpserver, more)

    assert done.told == (30, "HOLD"), done.output
    assert sorted(done.signals) == ["error-rate", "error-rate", "latency"]
    assert outcomes(done) == {
        "api/error-rate": "FAIL",
        "api/slow": "FAIL",
        "api/latency": "UNKNOWN",
        "api/lost": "UNKNOWN",
    }
    assert "error-rate is 20.0%, 12 of 60 requests, limit 5% (not confirmed yet)" in done.output
    assert "fix: the path" in done.output


def test_a_latency_is_compared_with_the_last_go(project: Project, httpserver: HTTPServer) -> None:
    delay = [0.01]

    def slow(_request: Any) -> Response:
        time.sleep(delay[0])
        return Response("ok")

    used(httpserver, 0)
    httpserver.expect_request("/m").respond_with_handler(slow)
    signal = PROBE.format("latency", "/m", "[history]")
    first = verify(project, httpserver, signal, "--gonogo-commit", "aaaaaaa")
    second = verify(project, httpserver, signal, "--gonogo-commit", "bbbbbbb")
    delay[0] = 0.06
    third = verify(project, httpserver, signal, "--gonogo-commit", "ccccccc")

    assert (first.told, second.told) == ((0, "GO"), (0, "GO")), first.output + second.output
    assert outcomes(first) == {"api/latency": "UNKNOWN"}
    assert "not compared: no baseline (no_baseline)" in first.output
    assert "no_baseline" not in second.output
    assert (third.told, third.signals) == ((30, "HOLD"), ["latency"]), third.output
    assert "limit 2 x" in third.output


def test_the_credentials_of_a_source_stay_secret(project: Project, httpserver: HTTPServer) -> None:
    used(httpserver, 0)
    twin = Prometheus(httpserver, {"pool": [({}, 0.5)]}, token="Bearer t0ps3cret99")
    more = (
        f'[signals."api/db-pool"]\nsource = "prometheus"\nurl = "{twin.url}"\nquery = "pool"\n'
        'headers = { Authorization = "Bearer ${PROM_TOKEN}" }\nevery = "1s"\n'
    )
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    project.write(quick(httpserver.url_for(""), more=more))
    good = project.run("suites/health", PROM_TOKEN="t0ps3cret99")
    bad = project.run("suites/health", PROM_TOKEN="wr0ngs3cret99")

    assert good.told == (0, "GO"), good.output
    assert bad.told == (40, "INCONCLUSIVE"), bad.output
    assert "credentials" in bad.output
    assert "s3cret99" not in good.output + bad.output + good.file.read_text()


def test_a_provider_is_asked_where_the_target_runs(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, 0)
    railway = Railway(httpserver, statuses={200: 100})
    railway.levels = {"MEMORY_USAGE_GB": {"a": 0.97}, "MEMORY_LIMIT_GB": {"a": 1.0}}
    more = f'[providers.railway]\napi = "{railway.url}"\n'
    more += "".join(
        f'[signals."api/{kind}"]\nsource = "railway"\n' for kind in ("error-rate", "memory")
    )
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    project.write(quick(httpserver.url_for(""), more=more))
    scheduled = project.run("suites/health", "--gonogo-stage=scheduled", **railway.environ())
    (reason,) = scheduled.record["reasons"]

    assert scheduled.told == (30, "HOLD"), scheduled.output
    assert (reason["signal"], reason["confirmed_by"]) == ("memory", "3 consecutive")
    assert " memory a is at 97.0%" in scheduled.output


def test_an_empty_section_is_no_go_and_loads_nothing(
    project: Project, httpserver: HTTPServer
) -> None:
    used(httpserver, 0)
    names = "[name in sys.modules for name in ('prometheus_client', 'gonogo.metrics')]"
    project.write(f"import atexit, sys\natexit.register(lambda: print({names}))\n", "conftest.py")
    done = verify(project.cold, httpserver, "[signals]")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "[signals] is empty" in done.output
    assert "[False, False]" in done.output
