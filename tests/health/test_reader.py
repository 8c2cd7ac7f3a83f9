"""The general reader: what it makes of words, shapes, latencies and garbage."""

import gzip
import json
import math
import resource
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.health import HealthReport, read

JSON = {"content-type": "application/json"}


def of(document: Any, status: int = 200) -> HealthReport:
    return read(status, JSON, json.dumps(document).encode())


def parts(report: HealthReport) -> dict[str, str]:
    return {name: part["status"] for name, part in report["components"].items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OK", "pass"),
        ("all systems operational", "pass"),
        ("Degraded", "warn"),
        ("not ok", "fail"),
        ("no healthy upstream", "fail"),
        ("Service is unhealthy: cannot reach redis", "fail"),
        ("no errors", "unknown"),
        ("running checks", "unknown"),
        ("Tokyo", "unknown"),
        ("h\u0435althy", "unknown"),  # a Cyrillic letter
        ("<html>OK</html>", "unknown"),
        ("42", "unknown"),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert read(200, {}, text.encode())["status"] == expected


@pytest.mark.parametrize(
    ("document", "expected", "components"),
    [
        ({"status": "ok"}, "pass", {}),
        ({"status": "unheard of"}, "unknown", {}),
        ({"status": None}, "unknown", {}),
        ({"success": False, "message": "db"}, "fail", {}),
        ({"status": "ok", "maintenance": True}, "warn", {}),
        ({"status": {"code": "DOWN"}}, "fail", {}),
        ({"uptime": 12.5}, "pass", {}),  # says nothing: the status line speaks
        ({"errors": [{"message": "x"}], "data": None}, "fail", {}),
        ({"passed": 3, "failed": 1}, "fail", {}),
        ({"db": True, "cache": False}, "fail", {"db": "pass", "cache": "fail"}),
        ({"database": "ok", "version": "5.1"}, "pass", {"database": "pass"}),
        (
            {"status": "UP", "components": {"db": {"status": "DOWN"}}},
            "warn",
            {"db": "fail"},
        ),
        (
            {"components": {"a": {"status": "UP", "components": {"b": {"status": "UP"}}}}},
            "pass",
            {"a": "pass", "a/b": "pass"},
        ),
        (
            {"services": [{"name": "db", "state": "running"}, {"name": "q", "state": "exited"}]},
            "fail",
            {"db": "pass", "q": "fail"},
        ),
        (
            {"healthy": {"healthy": False}, "db": {"healthy": True}},
            "fail",
            {"healthy": "fail", "db": "pass"},
        ),
        ({"code": 0, "data": {"status": "DOWN"}}, "fail", {}),
        ({"status": "ok", "unhealthy": ["db"]}, "warn", {}),
        ({"status": 2, "totalDuration": "00:00:01", "entries": {}}, "pass", {}),
        ({"status": 0, "totalDuration": "00:00:01", "entries": {}}, "fail", {}),
        ([{"name": "db", "healthy": True}, {"healthy": False}], "fail", {"db": "pass"}),
        ([], "unknown", {}),
    ],
)
def test_shape(document: Any, expected: str, components: dict[str, str]) -> None:
    report = of(document)

    assert (report["status"], parts(report)) == (expected, components)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"latency_ms": 12.5}, 12.5),
        ({"responseTime": "5.5 ms"}, 5.5),
        ({"duration": "1m2.5s"}, 62500.0),
        ({"duration": "00:00:00.0210000"}, 21.0),
        ({"duration": "PT0.5S"}, 500.0),
        ({"latency_us": 1500}, 1.5),
        ({"latency": 2, "unit": "s"}, 2000.0),
        ({"latency_ms": -1}, None),
        ({"latency_ms": True}, None),
        ({"timeout_ms": 5000, "uptime_seconds": 12, "max_latency_ms": 3}, None),
        ({"time": 1566338255331}, None),
        ({"time": "2026-01-01T00:00:00Z"}, None),
    ],
)
def test_latency(part: dict[str, Any], expected: float | None) -> None:
    report = of({"status": "ok", "checks": {"db": {"status": "ok", **part}}})
    found = report["components"]["db"].get("latency_ms")

    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (503, {"status": "ok"}, "fail"),  # the status line beats a healthy body
        (200, {"status": "down"}, "fail"),  # an unhealthy body beats the status line
        (404, {"status": "ok"}, "unknown"),
        (302, {"status": "ok"}, "unknown"),
        (429, {"status": "fail"}, "fail"),
    ],
)
def test_status_line_and_body_disagree(status: int, body: Any, expected: str) -> None:
    assert of(body, status)["status"] == expected


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"status":"ok","status":"fail"}',
        b'{"status":"ok"',
        b'{"status": "hea\xffthy"}',
        b'{"status": NaN}',
        b"\x00\x01\x02",
    ],
    ids=["deep list", "deep object", "twice", "cut", "not UTF-8", "NaN", "binary"],
)
def test_what_cannot_be_read_is_unknown(body: bytes) -> None:
    assert read(200, JSON, body) == {"status": "unknown", "components": {}}


def test_a_bomb_costs_little() -> None:
    bomb = gzip.compress(gzip.compress(b"[" * (1 << 28)))
    headers = {**JSON, "content-encoding": "gzip, gzip"}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    report = read(200, headers, bomb)

    assert report["status"] == "unknown"
    assert time.perf_counter() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120 << 10


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
words = st.sampled_from(["status", "ok", "checks", "db", "errors", "name", "latency", "data", "UP"])
documents = st.recursive(
    scalars | words,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | st.text(), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(st.integers(100, 599), documents)
def test_any_document_gives_a_report(status: int, document: Any) -> None:
    body = json.dumps(document).encode()
    report = read(status, JSON, body)

    assert report["status"] in {"pass", "warn", "fail", "unknown"}
    assert all(math.isfinite(c.get("latency_ms", 0.0)) for c in report["components"].values())
    assert status < 300 or report["status"] != "pass"
    assert status < 500 or report["status"] == "fail"


@given(
    st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate", "br", "x, gzip"]), st.text()
)
def test_any_bytes_give_a_report(body: bytes, encoding: str, kind: str) -> None:
    read(200, {"content-encoding": encoding, "content-type": kind}, body)
