"""Each row of the table of signals, raised by a real server."""

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from tests.runs import Project, in_turn, quick


def answer(
    body: Any, status: int = 200, kind: str = "application/json", **headers: str
) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(text, status, headers, content_type=kind)


GOOD = answer({"status": "healthy"})
PAGE = answer("<!doctype html><title>app</title>", kind="text/html")
PACKED = Response(
    gzip.compress(PAGE.get_data()), 200, {"Content-Encoding": "gzip"}, content_type="text/html"
)
RAILS = answer(
    '<!DOCTYPE html><html><body style="background-color: green"></body></html>', kind="text/html"
)
REDIRECT = answer("", 302, Location="/login")
ReadyTable = dict[str, tuple[Any, int, int, str | None]]


@pytest.mark.parametrize(
    ("response", "code", "signal"),
    [
        (GOOD, 0, None),
        (answer({"status": "degraded"}), 0, None),
        (answer("fine here", kind="text/plain"), 0, None),
        (answer("", 204), 0, None),
        (answer("oops", 500), 20, "http-5xx"),
        (answer({"status": "healthy"}, 503), 20, "http-5xx"),
        (answer("missing", 404), 20, "live"),
        (answer({"status": "healthy"}, 201), 20, "live"),
        (answer({"status": "unhealthy"}), 20, "live"),
        (PAGE, 20, "live"),
        (PACKED, 20, "live"),
        (RAILS, 0, None),
        (REDIRECT, 20, "live"),
        (answer('{"status": "heal'), 20, "live"),
        (answer({"status": "unheard of"}), 40, "live"),
    ],
    ids=[
        "healthy",
        "degraded",
        "text",
        "no content",
        "500",
        "503 that says healthy",
        "404",
        "201",
        "unhealthy",
        "page",
        "compressed page",
        "a page of one colour",
        "login",
        "broken JSON",
        "unknown word",
    ],
)
def test_level_1(
    project: Project, httpserver: HTTPServer, response: Response, code: int, signal: str | None
) -> None:
    httpserver.expect_request("/health").respond_with_handler(in_turn(response))
    httpserver.expect_request("/login").respond_with_data("log in", content_type="text/html")
    done = project.write(quick(httpserver.url_for(""))).run("suites/health")

    assert done.code == code, done.output
    assert done.signals == ([signal] if signal else []), done.output
    if code == 20:
        assert done.record["reasons"][0]["confirmed_by"] == "3 attempts"
        assert done.record["checks"][0]["attempts"] == 3


def test_startup_attempts_come_first(project: Project, httpserver: HTTPServer) -> None:
    bad = answer("starting", 503)
    httpserver.expect_request("/health").respond_with_handler(in_turn(bad, bad, GOOD))
    text = quick(httpserver.url_for("")).replace("10ms", "400ms")
    done = project.write(text).run("suites/health")

    assert done.told == (0, "GO"), done.output
    assert done.record["checks"][0]["attempts"] == 3
    assert "api: attempt 1 of 3: 503, next in 400ms\n" in done.output  # said while it waits


@pytest.mark.parametrize("control", ["", "answering", "silent"])
def test_unreachable_counts_only_while_the_control_answers(
    project: Project, httpserver: HTTPServer, control: str
) -> None:
    httpserver.expect_request("/zen").respond_with_data("ok")
    urls = {"": [], "answering": [httpserver.url_for("/zen")], "silent": ["http://127.0.0.1:9/"]}
    target = f"control = {json.dumps(urls[control])}"
    done = project.write(quick("http://127.0.0.1:9", target)).run("suites/health")

    if control == "answering":
        assert (done.told, done.signals) == ((20, "ROLLBACK"), ["unreachable"]), done.output
    else:
        assert done.told == (40, "INCONCLUSIVE"), done.output
        assert done.record["reasons"][0]["outcome"] == "UNKNOWN"


@pytest.mark.parametrize(("grace", "told"), [("30s", 0), ("0s", 20)])
def test_a_5xx_of_the_edge_is_no_evidence_within_grace(
    project: Project, httpserver: HTTPServer, grace: str, told: int
) -> None:
    edge = answer("bad gateway", 502, Server="cloudflare")
    httpserver.expect_request("/health").respond_with_handler(in_turn(*[edge] * 6, GOOD))
    text = quick(httpserver.url_for(""), f'grace = "{grace}"')
    done = project.write(text).run("suites/health")

    assert done.code == told, done.output


def test_a_5xx_of_the_edge_is_a_failure_after_grace(
    project: Project, httpserver: HTTPServer
) -> None:
    edge = answer("bad gateway", 502, Server="cloudflare")
    httpserver.expect_request("/health").respond_with_handler(in_turn(edge))
    done = project.write(quick(httpserver.url_for(""), 'grace = "3s"')).run("suites/health")

    assert (done.told, done.signals) == ((20, "ROLLBACK"), ["http-5xx"]), done.output
    assert done.record["checks"][0]["attempts"] > 3


READY: ReadyTable = {
    "critical is down": ({"database": "unhealthy", "cache": "healthy"}, 503, 20, "database"),
    "another is down": ({"database": "healthy", "cache": "unhealthy"}, 503, 30, "dependency"),
    "all are up": ({"database": "healthy", "cache": "healthy"}, 200, 0, None),
    "one is not reported": ({"database": "healthy"}, 200, 40, "dependency"),
}


@pytest.mark.parametrize("case", READY)
def test_level_2(project: Project, httpserver: HTTPServer, case: str) -> None:
    services, status, code, signal = READY[case]
    word = "healthy" if status == 200 else "unhealthy"
    body = {"status": word, "services": services}
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    httpserver.expect_request("/ready").respond_with_json(body, status=status)
    more = '[dependencies."api/database"]\ncritical = true\n[dependencies."api/cache"]\n'
    text = quick(httpserver.url_for(""), service='ready = "/ready"', more=more)
    done = project.write(text).run("suites/health")

    assert done.code == code, done.output
    assert done.signals == ([signal] if signal else []), done.output
    assert done.record["levels"]["1"] == "PASS"


def test_a_service_that_is_down_is_not_asked_further(
    project: Project, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/health").respond_with_data("no", status=500)
    more = '[dependencies."api/database"]\ncritical = true\n'
    text = quick(httpserver.url_for(""), service='ready = "/ready"', more=more)
    done = project.write(text + '[rules.http-5xx]\naction = "hold"\n').run("suites/health")

    assert done.told == (30, "HOLD"), done.output
    assert "because level 1 of api failed" in done.record["reasons"][1]["message"]
    assert not any(request.path == "/ready" for request, _ in httpserver.log)


def slow(seconds: float) -> Callable[[Any], Response]:
    def handler(_request: Any) -> Response:
        time.sleep(seconds)
        return answer({"status": "healthy"})

    return handler


def test_slow_is_a_hold(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_handler(slow(0.05))
    text = quick(httpserver.url_for(""), service='budget = "20ms"')
    done = project.write(text).run("suites/health")

    assert (done.told, done.signals) == ((30, "HOLD"), ["slow"]), done.output
    assert done.record["reasons"][0]["confirmed_by"] == "best of 3"


ENDPOINTS = {
    "right": ('expect = { json = { "data[0].id" = { present = true } } }', 0, None),
    "status": ("expect = { status = 201 }", 30, "smoke"),
    "value": ('expect = { json = { "data[0].id" = "other" } }', 30, "smoke"),
    "absent": ("expect = { json = { missing = { present = true } } }", 30, "smoke"),
    "header": ('expect = { headers = { ETag = "2" } }', 30, "smoke"),
    "text": ('expect = { body-contains = "not there" }', 30, "smoke"),
    "budget": ('expect = { budget = "1ms" }\nretry = { attempts = 1 }', 30, "smoke"),
    "critical": ("expect = { status = 201 }\ncritical = true", 20, "critical-path"),
}


@pytest.mark.parametrize("case", ENDPOINTS)
def test_smoke(project: Project, httpserver: HTTPServer, case: str) -> None:
    lines, code, signal = ENDPOINTS[case]
    body = answer({"data": [{"id": "m1"}]}, ETag="1")
    handler = in_turn(body) if case != "budget" else slow(0.05)
    httpserver.expect_request("/v1/models").respond_with_handler(handler)
    more = f'[endpoints."api/models"]\npath = "/v1/models"\n{lines}\n'
    if "retry" not in lines:
        more += 'retry = { attempts = 2, interval = "10ms" }\n'
    done = project.write(quick(httpserver.url_for(""), more=more)).run("suites/smoke")

    assert done.code == code, done.output
    assert done.signals == ([signal] if signal else []), done.output


VERSIONS: dict[str, tuple[list[str], int, str | None]] = {
    "new": (["abc1234"], 0, None),
    "short": (["abc1234def5678"], 0, None),
    "old": (["0000000"], 10, "not-live"),
    "mixed": (["0000000", "abc1234"] * 200, 30, "not-live"),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_the_version_that_serves(project: Project, httpserver: HTTPServer, case: str) -> None:
    served, code, signal = VERSIONS[case]
    answers = [answer({"status": "ok", "version": version}) for version in served]
    httpserver.expect_request("/health").respond_with_handler(in_turn(*answers))
    service = 'version = { path = "/health", field = "version", wait = "300ms" }'
    done = project.write(quick(httpserver.url_for(""), service=service)).run(
        "suites/health", "--gonogo-commit", "abc1234"
    )

    assert done.code == code, done.output
    assert done.signals[:1] == ([signal] if signal else []), done.output
    if case == "old":
        assert done.record["deployment"]["observed_commit"] == "0000000"


def test_zero_configuration_asks_something_sensible(
    project: Project, httpserver: HTTPServer
) -> None:
    httpserver.no_handler_status_code = 404
    httpserver.expect_request("/healthz").respond_with_json({"status": "ok"})
    httpserver.expect_request("/").respond_with_data("hello", content_type="text/html")
    done = project.run("suites/health", "suites/smoke", "--gonogo-url", httpserver.url_for(""))

    assert done.told == (0, "GO"), done.output
    slugs = {check["slug"] for check in done.record["checks"]}
    assert slugs == {"app", "app/root", "app/unknown-page"}


def test_a_version_that_is_not_known_hides_no_failure(
    project: Project, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    body = {"services": {"database": "down"}}
    httpserver.expect_request("/ready").respond_with_json(body, status=503)
    service = 'ready = "/ready"\nversion = { path = "/health", field = "version", wait = "1s" }'
    more = '[dependencies."api/database"]\ncritical = true\n'
    text = quick(httpserver.url_for(""), service=service, more=more)
    done = project.write(text).run("suites/health")

    assert done.told == (20, "ROLLBACK"), done.output
    assert set(done.signals) == {"database", "not-live"}


def test_errors_are_not_waited_out_until_the_version_serves(
    project: Project, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/health").respond_with_data("no", status=500)
    service = 'version = { path = "/health", field = "version", wait = "7m" }'
    project.write(quick(httpserver.url_for(""), service=service))
    begun = time.monotonic()
    done = project.run("suites/health", "--gonogo-commit", "abc1234")

    assert (done.told, done.signals[0]) == ((20, "ROLLBACK"), "http-5xx"), done.output
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_old_version_is_not_asked_in_place_of_the_new(
    project: Project, httpserver: HTTPServer, spread: tuple[str, ...]
) -> None:
    old, new = answer({"status": "up", "version": "0000000"}), answer({"version": "abc1234"})
    httpserver.expect_request("/version").respond_with_handler(in_turn(*[old] * 5, new))

    def health(_request: Any) -> Response:
        served = sum(request.path == "/version" for request, _ in httpserver.log)
        return answer({"status": "up"}) if served < 6 else answer({"status": "down"})

    httpserver.expect_request("/health").respond_with_handler(health)
    service = 'version = { path = "/version", field = "version", wait = "20s" }'
    project.write(quick(httpserver.url_for(""), service=service))
    done = project.run("suites/health", "--gonogo-commit", "abc1234", *spread)

    assert (done.told, done.signals[0]) == ((20, "ROLLBACK"), "live"), done.output
