"""Railway and Render as witnesses of traffic and resources, over real sockets."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import NoDeprecatedCustomRule, build_client_schema, parse, specified_rules, validate
from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.core.provider import Hosting
from gonogo.core.signal import Signal
from gonogo.metrics import railway as queries
from tests.doubles import railway as ids
from tests.doubles.railway import Railway
from tests.doubles.render import SERVICE, TOKEN, Render

from .conftest import Read

Unread = Callable[..., str]
SCHEMA = Path(__file__).parents[2].parent / "shared" / "platforms" / "railway-schema.json"


@pytest.fixture
def railway(httpserver: HTTPServer) -> Railway:
    return Railway(httpserver)


@pytest.fixture
def render(httpserver: HTTPServer) -> Render:
    return Render(httpserver)


def on_railway(double: Railway, kind: str, route: str = "", **more: Any) -> Signal:
    place: dict[str, Any] = {"token": ids.PROJECT_TOKEN, "service": ids.SERVICE, **more}
    hosting = Hosting("railway", "production", double.url, project_token=True, **place)
    return Signal(f"api/{kind}", kind, "railway", "api", route=route, every=30, hosting=hosting)


def on_render(double: Render, kind: str, route: str = "", **more: Any) -> Signal:
    place: dict[str, Any] = {"token": TOKEN, "service": SERVICE, **more}
    hosting = Hosting("render", "production", double.url, **place)
    return Signal(f"api/{kind}", kind, "render", "api", route=route, every=30, hosting=hosting)


def test_railway_counts_requests_by_status(read: Read, railway: Railway) -> None:
    railway.statuses = {200: 90, 404: 5, 503: 5}
    found = read(on_railway(railway, "error-rate", "/v1"))

    assert {(each.requests, each.failures, each.route) for each in found} == {(100, 5, "/v1")}
    assert len(found) == 2
    assert railway.paths == ["/v1"]

    railway.statuses = {200: 90}

    assert {each.failures for each in read(on_railway(railway, "error-rate"))} == {0}


def test_railway_tells_durations_in_milliseconds(read: Read, railway: Railway) -> None:
    railway.durations = {"p50": 12, "p90": 40, "p95": 80, "p99": 500}

    assert {each.value for each in read(on_railway(railway, "latency"))} == {0.012}


def test_railway_sets_use_against_limits(read: Read, railway: Railway) -> None:
    railway.levels = {
        "MEMORY_USAGE_GB": {"a": 0.4, "b": 0.9},
        "MEMORY_LIMIT_GB": {"a": 1.0, "b": 1.0},
        "CPU_USAGE": {"a": 1.0, "b": 0.5},
        "CPU_LIMIT": {"": 2.0},
    }
    memory = {each.route: each.value for each in read(on_railway(railway, "memory"))}
    every = {each.route: each.value for each in read(on_railway(railway, "resources"))}

    assert memory == {"memory a": 0.4, "memory b": 0.9}
    assert every == {**memory, "cpu a": 0.5, "cpu b": 0.25}


RAILWAY_UNKNOWN: dict[str, tuple[str, Mapping[str, Any], dict[str, Any], str]] = {
    "no traffic": ("error-rate", {}, {}, "measured nothing lately"),
    "no durations": ("latency", {}, {}, "measured nothing lately"),
    "only zeros": (
        "latency",
        {"durations": dict.fromkeys(("p50", "p90", "p95", "p99"), 0)},
        {},
        "measured nothing",
    ),
    "stale": ("error-rate", {"statuses": {200: 1}, "lag": 320}, {}, "stale"),
    "no limit": ("memory", {"levels": {"MEMORY_USAGE_GB": {"a": 1}}}, {}, "no limit of memory"),
    "a limit of zero": (
        "memory",
        {"levels": {"MEMORY_USAGE_GB": {"a": 1}, "MEMORY_LIMIT_GB": {"a": 0}}},
        {},
        "no share",
    ),
    "another service": ("error-rate", {}, {"service": "other"}, "Service not found"),
    "no token": ("error-rate", {}, {"token": None}, "set RAILWAY_TOKEN"),
    "a wrong token": ("error-rate", {}, {"token": "wrong"}, "Not Authorized"),
    "an error": ("memory", {"errors": [{"message": "Problem"}]}, {}, "Problem"),
    "a page": ("memory", {"instead": [Response("<html>")]}, {}, "not JSON"),
}


@pytest.mark.parametrize("case", RAILWAY_UNKNOWN)
def test_what_railway_does_not_tell_is_unknown(unread: Unread, railway: Railway, case: str) -> None:
    kind, state, place, said = RAILWAY_UNKNOWN[case]
    for name, value in state.items():
        setattr(railway, name, list(value) if name == "instead" else value)
    since = time.time() - 900 if case == "stale" else None
    told = unread(on_railway(railway, kind, **place), since=since)

    assert said in told
    assert ids.PROJECT_TOKEN not in told


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Railway is not beside this project")
@pytest.mark.parametrize("name", ["STATUSES", "DURATIONS", "LEVELS"])
def test_each_query_fits_the_schema_of_railway(name: str) -> None:
    schema = build_client_schema(json.loads(SCHEMA.read_text())["data"], assume_valid=True)
    rules = [*specified_rules, NoDeprecatedCustomRule]

    assert validate(schema, parse(getattr(queries, name)), rules) == []


def labelled(**labels: str) -> dict[str, str]:
    return {"resource": SERVICE, **labels}


def test_render_counts_requests_by_status(read: Read, render: Render) -> None:
    counts = [("200", 90.0), ("502", 10.0)]
    render.metrics["http-requests"] = [
        (labelled(statusCode=code), "requests", value) for code, value in counts
    ]
    found = read(on_render(render, "error-rate"))

    assert {(each.requests, each.failures) for each in found} == {(100, 10)}


@pytest.mark.parametrize(("unit", "value"), [("ms", 12), ("seconds", 0.012)])
def test_render_tells_latencies(read: Read, render: Render, unit: str, value: float) -> None:
    render.metrics["http-latency"] = [(labelled(), unit, value)]

    assert read(on_render(render, "latency"))[-1].value == pytest.approx(0.012)


def test_render_sets_use_against_limits(read: Read, render: Render) -> None:
    render.metrics = {
        "memory": [(labelled(instance="a"), "bytes", 4e8), (labelled(instance="b"), "bytes", 5e8)],
        "memory-limit": [(labelled(), "bytes", 5e8)],
        "cpu": [(labelled(instance="a"), "cpu", 0.1)],
        "cpu-limit": [(labelled(instance="a"), "cpu", 0.5)],
    }
    found = {each.route: each.value for each in read(on_render(render, "resources"))}

    assert found == {"memory a": 0.8, "memory b": 1.0, "cpu a": 0.2}


TIMES, ODD = ([(labelled(), unit, 9.0)] for unit in ("ms", "furlongs"))
BYTES, CORES = [(labelled(), "bytes", 1.0)], [(labelled(), "cpu", 1.0)]
RENDER_UNKNOWN: dict[str, tuple[str, Mapping[str, Any], dict[str, Any], str]] = {
    "no traffic": ("error-rate", {}, {}, "measured nothing lately"),
    "stale": (
        "latency",
        {"metrics": {"http-latency": TIMES}, "lag": 320},
        {},
        "stale",
    ),
    "an odd unit": (
        "latency",
        {"metrics": {"http-latency": ODD}},
        {},
        "furlongs",
    ),
    "odd units": (
        "memory",
        {"metrics": {"memory": BYTES, "memory-limit": CORES}},
        {},
        "units",
    ),
    "no limit": ("memory", {"metrics": {"memory": BYTES}}, {}, "no limit of memory"),
    "no status": ("error-rate", {"metrics": {"http-requests": BYTES}}, {}, "which requests failed"),
    "another service": ("latency", {}, {"service": "srv-x"}, "measured nothing"),
    "no service": ("latency", {}, {"service": None}, "which service of Render"),
    "no key": ("latency", {}, {"token": None}, "set RENDER_API_KEY"),
    "a wrong key": ("latency", {}, {"token": "wrong"}, "may not read this"),
    "forbidden": ("latency", {"forbidden": {"metrics"}}, {}, "403"),
    "a table": ("latency", {"instead": [Response('{"a": 1}')]}, {}, "form that is not known"),
    "a limit": ("latency", {"instead": [Response("{}", 429)] * 3}, {}, "rate limit"),
}


@pytest.mark.parametrize("case", RENDER_UNKNOWN)
def test_what_render_does_not_tell_is_unknown(unread: Unread, render: Render, case: str) -> None:
    kind, state, place, said = RENDER_UNKNOWN[case]
    for name, value in state.items():
        setattr(render, name, list(value) if name == "instead" else value)
    told = unread(
        on_render(render, kind, **place), since=time.time() - 900 if case == "stale" else None
    )

    assert said in told
    assert TOKEN not in told
