"""What an endpoint promises, and what is said where it does not keep it."""

import gzip
from typing import Any

import pytest

from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Endpoint, Expectation, Polling
from gonogo.probes.endpoint import answered

from .fake import Script, World, answer, see, silence

URL = "http://service/items"
BODY = b'{"items": [{"id": 1}, {"id": 2}], "total": 2, "name": "shop", "ok": true, "none": null}'
ONCE = Polling(1, 1.0)


def ask(script: Script, retry: Polling = ONCE, **expected: Any) -> Observation:
    endpoint = Endpoint("api/items", URL, expect=Expectation(**expected), retry=retry)
    return see(answered(World([script]).context(own_network=True), endpoint))


@pytest.mark.parametrize(
    ("expected", "script", "fault"),
    [
        ({"status": (200,)}, answer(), None),
        ({"status": (200, 204)}, answer(204), None),
        ({"status": (200, 204)}, answer(404), "expected 200 or 204"),
        ({"status": (404,)}, answer(404), None),
        ({}, answer(404), None),
        ({}, answer(500), "a server error"),
        ({"headers": {"X-Kind": "item"}}, answer(x_kind="Item list"), None),
        ({"headers": {"X-Kind": "item"}}, answer(), "header X-Kind is missing"),
        ({"headers": {"X-Kind": "item"}}, answer(x_kind="other"), "header X-Kind lacks 'item'"),
        ({"budget": 0.5}, answer(elapsed=0.4), None),
        ({"budget": 0.5}, answer(elapsed=0.6), "took 600ms, budget 500ms"),
        ({"body_contains": "shop"}, answer(body=BODY), None),
        ({"body_contains": "shoes"}, answer(body=BODY), "the body lacks 'shoes'"),
        ({"json": {"name": "shop"}}, answer(body=b"<html>"), "the body is not JSON"),
        ({"json": {"name": "shop"}}, answer(body=b"[" * 10**5), "too large, or nested too deep"),
        ({"json": {"a": 1}}, answer(body=b"[" + b"0," * 10**6 + b"0]"), "too large"),
        ({"json": {"length(items)": 2}}, answer(body=BODY), None),
        ({"json": {"length(none)": 2}}, answer(body=BODY), "cannot be read from this body"),
    ],
)
def test_a_promise(expected: dict[str, Any], script: Script, fault: str | None) -> None:
    seen = ask(script, **expected)

    assert seen.reading.outcome is (Outcome.PASS if fault is None else Outcome.FAIL), seen
    assert fault is None or fault in seen.reading.text


@pytest.mark.parametrize(
    ("path", "wanted", "kept"),
    [
        ("name", "shop", True),
        ("name", "shoes", False),
        ("total", 2, True),
        ("ok", True, True),
        ("ok", 1, False),
        ("none", None, True),
        ("missing", None, True),
        ("items[0].id", 1, True),
        ("items[*].id", [1, 2], True),
        ("items[*].id", [2, 1], False),
        ("items[?id > `1`].id | [0]", 2, True),
        ("name", {"present": True}, True),
        ("missing", {"present": True}, False),
        ("missing", {"present": False}, True),
        ("total", {"equals": 2}, True),
        ("total", {"min": 2, "max": 2}, True),
        ("total", {"min": 3}, False),
        ("name", {"min": 3}, False),
        ("ok", {"min": 0}, False),
        ("name", {"contains": "ho"}, True),
        ("items[*].id", {"contains": 2}, True),
        ("total", {"contains": 2}, False),
        ("items", {"length": 2}, True),
        ("total", {"length": 2}, False),
    ],
    ids=str,
)
def test_a_value_of_the_body(path: str, wanted: Any, *, kept: bool) -> None:
    seen = ask(answer(body=BODY), json={path: wanted})

    assert seen.reading.outcome is (Outcome.PASS if kept else Outcome.FAIL), seen


@pytest.mark.parametrize(
    ("body", "encoding", "fault"),
    [
        (gzip.compress(BODY), "gzip", None),
        (gzip.compress(gzip.compress(BODY)), "gzip, gzip", None),
        (gzip.compress(BODY)[:-4], "gzip", "cut short"),
        (BODY, "gzip", "broken"),
        (BODY, "br", "unknown content-encoding"),
        (BODY, ", ".join(["gzip"] * 4), "compressed more than 3 times"),
        (gzip.compress(bytes(9 << 20)), "gzip", "more than 8388608 bytes"),
    ],
    ids=["once", "twice", "cut", "plain", "unknown", "often", "large"],
)
def test_a_compressed_body(body: bytes, encoding: str, fault: str | None) -> None:
    seen = ask(answer(body=body, content_encoding=encoding), body_contains="shop")

    assert seen.good is (fault is None)
    assert fault is None or fault in seen.reading.text


def test_a_download_without_a_promise_about_its_body_may_be_large() -> None:
    def large(request: Any) -> Any:
        plain, cut = answer()(request), silence("too-large")(request)
        return type(plain)(request, 200, body=plain.body, silence=cut.silence)

    assert ask(large, status=(200,)).good
    assert not ask(large, status=(200,), body_contains="x").good


def test_every_fault_is_said_at_once() -> None:
    text = ask(answer(500, b"x", 2.0), status=(200,), budget=1.0, json={"a": 1}).reading.text

    assert all(part in text for part in ("expected 200", "budget 1s", "not JSON"))


def test_a_second_attempt_counts() -> None:
    endpoint = Endpoint("e", URL, expect=Expectation((200,)), retry=Polling(3, 1.0))
    seen = see(answered(World([answer(500), answer()]).context(), endpoint))

    assert (seen.good, seen.attempts) == (True, 2)


@pytest.mark.parametrize("kind", ["invalid-url", "invalid-request", "probe"])
def test_a_request_that_cannot_be_sent_says_nothing_about_the_release(kind: str) -> None:
    assert ask(silence(kind), status=(200,)).reading.outcome is Outcome.UNKNOWN


def test_a_budget_that_broke_in_the_crowd_is_measured_again_alone() -> None:
    world = World([answer(elapsed=0.7), answer(elapsed=0.3)])
    endpoint = Endpoint("e", URL, expect=Expectation((200,), budget=0.5), retry=ONCE)
    seen = see(answered(world.context(), endpoint))

    assert (seen.good, seen.attempts, len(world.asked)) == (True, 1, 2)


def test_no_crowd_explains_seconds() -> None:
    world = World([answer(elapsed=2.0), answer(elapsed=0.3)])
    endpoint = Endpoint("e", URL, expect=Expectation((200,), budget=0.5), retry=ONCE)

    assert not see(answered(world.context(), endpoint)).good
    assert len(world.asked) == 1
