"""A backup behind a URL: its age, its size, and everything that proves nothing."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.artefact import BackupUrl
from gonogo.probes.backup import fresh
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from tests.doubles.store import KEY, Store

HOUR = 3600.0
NOW = time.time()  # the server dates its answers itself
HTML = {"Content-Type": "text/html; charset=utf-8"}
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "fresh": ({}, "PASS", "1.0h old"),
    "old": ({"modified": NOW - 25 * HOUR}, "FAIL", "25.0h old, at most 24.0h allowed"),
    "empty": ({"content": b""}, "FAIL", "is empty"),
    "not there": ({"code": 404}, "FAIL", "there is no backup"),
    "no HEAD": ({"heads": 405}, "PASS", "1.0h old"),
    "signed for GET alone": ({"heads": 403}, "PASS", "1.0h old"),
    "HEAD without a length": ({"heads": 0}, "PASS", "1.0h old"),
    "not dated": ({"modified": None}, "UNKNOWN", "no Last-Modified that can be read"),
    "dated tomorrow": ({"modified": NOW + 24 * HOUR}, "UNKNOWN", "in the future"),
    "a moment ahead": ({"modified": NOW + 60}, "PASS", "0ms old"),
    "not allowed": ({"key": "Bearer other"}, "UNKNOWN", "403"),
    "server error": ({"code": 503}, "UNKNOWN", "503"),
    "a login": ({"content": b"<!doctype html><html>", "more": HTML}, "UNKNOWN", "a web page"),
    "a page, not named so": (
        {"content": b"<!doctype html><html>", "heads": 405},
        "UNKNOWN",
        "a web page",
    ),
    "too small": ({"least": 6e6}, "FAIL", "has 5 kB, at least 6 MB expected: is it whole?"),
    "too small, no HEAD": ({"least": 6e6, "heads": 405}, "FAIL", "has 5 kB, at least 6 MB"),
    "large enough": ({"least": 4e3, "heads": 405}, "PASS", "1.0h old"),
    "clocks apart": ({"ahead": 30 * HOUR}, "UNKNOWN", "h apart"),
    "clocks apart, and yet": ({"ahead": 2 * HOUR}, "PASS", "3.0h old"),
}


def see(
    engine: Engine, store: Store, ahead: float = 0.0, least: float = 1.0, **changed: Any
) -> tuple[str, str]:
    async def at_once(_seconds: float) -> None: ...

    store.modified = NOW - HOUR
    for name, value in changed.items():
        setattr(store, name, value)
    backup = BackupUrl(store.url, 24 * HOUR, (("Authorization", KEY),), least)
    wall = datetime.fromtimestamp(NOW + ahead, UTC)
    context = Context(fetch=engine.fetch, sleep=at_once, wall=lambda: wall)
    seen = engine.submit(fresh(context, backup)).result(timeout=30)
    return str(seen.reading.outcome), seen.reading.text


@pytest.mark.parametrize("case", CASES)
def test_a_backup_behind_a_url(httpserver: HTTPServer, engine: Engine, case: str) -> None:
    changed, outcome, said = CASES[case]
    store = Store(httpserver)
    store.key = KEY
    seen, text = see(engine, store, **changed)

    assert (seen, said in text) == (outcome, True), text


def test_what_head_tells_is_not_asked_twice(httpserver: HTTPServer, engine: Engine) -> None:
    store = Store(httpserver)
    see(engine, store)

    assert store.methods == ["HEAD"]


def test_a_large_backup_is_not_downloaded(httpserver: HTTPServer, engine: Engine) -> None:
    store = Store(httpserver)

    assert see(engine, store, heads=405, content=b"x" * (8 << 20))[0] == "PASS"
