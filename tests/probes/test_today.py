"""The target as it serves now: no grace for an edge, no evidence without a network."""

from collections.abc import Iterable

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.subject import Service
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.today import healthy
from tests.runs import in_turn

RULE = DEFAULT_RULES["healthy-now"]
WELL = Response('{"status": "healthy"}', content_type="application/json")
ILL = Response('{"status": "unhealthy"}', content_type="application/json")
EDGE = Response("down", 503, {"server": "railway-edge", "x-railway-fallback": "true"})
LOGIN = Response("<!doctype html><html>sign in</html>", content_type="text/html")
READY = Response('{"status": "unhealthy", "database": "down"}', content_type="application/json")
HALF = Response('{"status": "degraded"}', content_type="application/json")
CASES: dict[str, tuple[list[Response], list[Response], str, str]] = {
    "well": ([WELL], [WELL], "PASS", ""),
    "an edge is not excused": ([EDGE], [WELL], "FAIL", "503"),
    "ill": ([ILL], [WELL], "FAIL", "says unhealthy; fix: repair it; a release that repairs it"),
    "a login": ([LOGIN], [WELL], "FAIL", "a web page"),
    "level 2 is ill": ([WELL], [READY], "FAIL", "says fail: database"),
    "degraded": ([WELL], [HALF], "WARN", ""),
    "once": ([ILL, WELL], [WELL], "WARN", "not confirmed"),
}


def see(engine: Engine, live: str, ready: str | None = None) -> tuple[str, str, str | None]:
    async def at_once(_seconds: float) -> None: ...

    context = Context(engine.fetch, sleep=at_once, grace_until=float("inf"))
    service = Service("api", live, live, ready)
    reading = engine.submit(healthy(context, service, RULE)).result(timeout=30).reading
    return str(reading.outcome), reading.text, reading.signal


@pytest.mark.parametrize("case", CASES)
def test_how_it_is_now(httpserver: HTTPServer, engine: Engine, case: str) -> None:
    live, ready, expected, said = CASES[case]
    answers: Iterable[tuple[str, list[Response]]] = (("/live", live), ("/ready", ready))
    for path, listed in answers:
        httpserver.expect_request(path).respond_with_handler(in_turn(*listed))
    outcome, text, signal = see(engine, httpserver.url_for("/live"), httpserver.url_for("/ready"))

    assert (outcome, said in text, signal) == (expected, True, None), text


def test_a_runner_without_a_network_knows_nothing(engine: Engine) -> None:
    outcome, text, _ = see(engine, "http://127.0.0.1:9/")

    assert (outcome, "no control URL is configured" in text) == ("UNKNOWN", True), text
