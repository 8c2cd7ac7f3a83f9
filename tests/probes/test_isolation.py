"""Nothing leaks: no credentials to other hosts, no cookies, no sockets, no tasks."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest

from gonogo.core.answer import Request
from gonogo.probes.addresses import proxy_for, same_party
from gonogo.probes.engine import Engine

from .conftest import Ask
from .hostile import HostileServer, redirect, says, whole

AUTHORIZED = (("Authorization", "Bearer secret-token"), ("X-Api-Key", "secret-key"))


def asked(hostile: HostileServer, path: str) -> list[bytes]:
    return [head for head in hostile.requests if head.split(b" ")[1] == f"/{path}".encode()]


@pytest.fixture
def place(hostile: HostileServer) -> str:
    """A path of the hostile server that only this test asks."""
    says("place", whole(b"{}", b"Set-Cookie: session=abc; Path=/\r\n"))
    hostile.requests.clear()
    return "place"


@pytest.mark.parametrize(("host", "kept"), [("127.0.0.1", True), ("localhost", False)])
def test_credentials_stay_with_the_host(
    hostile: HostileServer, ask: Ask, place: str, host: str, *, kept: bool
) -> None:
    says("moved", redirect(hostile.url(place, host=host)))
    answer = ask(Request(hostile.url("moved"), headers=AUTHORIZED))
    [head] = asked(hostile, place)

    assert (answer.status, len(answer.redirects)) == (200, 1), answer.silence
    assert (b"secret-token" in head, b"secret-key" in head) == (kept, kept)


def test_credentials_in_the_url_stay_with_the_host(
    hostile: HostileServer, ask: Ask, place: str
) -> None:
    says("moved", redirect(hostile.url(place, host="localhost")))
    ask(Request(hostile.url("moved").replace("//", "//user:pass@")))

    assert b"Basic dXNlcjpwYXNz" in asked(hostile, "moved")[0]
    assert b"Basic" not in asked(hostile, place)[0]


def test_a_body_is_not_taken_to_another_host(hostile: HostileServer, ask: Ask, place: str) -> None:
    there = redirect(hostile.url(place, host="localhost")).replace(b"302 Found", b"307 Again")
    says("moved", there)
    answer = ask(Request(hostile.url("moved"), "POST", body=b"password=secret"))

    assert (answer.status, answer.silence and answer.silence.kind) == (307, "redirects")
    assert asked(hostile, place) == []


def test_a_post_that_is_redirected_becomes_a_get(
    hostile: HostileServer, ask: Ask, place: str
) -> None:
    says("moved", redirect("/" + place))
    answer = ask(Request(hostile.url("moved"), "POST", body=b"x"))

    assert answer.status == 200
    assert asked(hostile, place)[0].startswith(b"GET")


def test_cookies_are_not_shared(hostile: HostileServer, ask: Ask, place: str) -> None:
    for _ in range(3):
        assert ask(Request(hostile.url(place))).status == 200

    assert len(asked(hostile, place)) == 3
    assert not any(b"cookie" in head.lower() for head in hostile.requests)


def test_a_configured_header_replaces_ours(hostile: HostileServer, ask: Ask, place: str) -> None:
    headers = (("Accept", "text/html"), ("AUTHORIZATION", "Bearer x"))
    ask(Request(hostile.url(place).replace("//", "//user:pass@"), headers=headers))
    [head] = asked(hostile, place)

    assert head.lower().count(b"\r\naccept:") == 1
    assert head.lower().count(b"\r\nauthorization:") == 1
    assert b"Bearer x" in head


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a/x", "http://a:80/y", True),
        ("http://a/x", "https://a/y", True),
        ("https://a/x", "http://a/y", False),
        ("http://a:8080/x", "https://a/y", False),
        ("http://user@a/x", "http://a/y", True),
        ("http://a/x", "http://a.b/y", False),
        ("http://a/x", "http://A/y", True),
    ],
)
def test_same_party(one: str, other: str, *, same: bool) -> None:
    assert same_party(one, other) is same


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://example.org", "http://proxy:3128"),
        ("https://example.org", "http://proxy:3129"),
        ("https://internal.example", None),
        ("http://127.0.0.1:8000", None),
        ("http://127.3.2.1:8000", None),
        ("http://localhost:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_proxies_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, url: str, proxy: str | None
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    monkeypatch.setenv("https_proxy", "proxy:3129")
    monkeypatch.setenv("no_proxy", "internal.example")
    parts = urlsplit(url)

    assert proxy_for(parts.scheme, parts.hostname or "") == proxy


def test_a_proxy_that_is_not_there_is_the_networks_fault(
    monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    answer = ask(Request("http://example.org/", timeout=2.0))

    assert answer.transport_failure
    assert answer.silence is not None
    assert answer.silence.kind == "refused"


@pytest.mark.parametrize("name", ["silent", "dripping-body", "dripping-status", "endless-chunks"])
def test_a_cancelled_probe_leaves_nothing(hostile: HostileServer, name: str) -> None:
    engine = Engine()
    futures = [engine.submit(engine.fetch(Request(hostile.url(name)))) for _ in range(20)]
    until = time.monotonic() + 5
    while hostile.open < 16 and time.monotonic() < until:
        time.sleep(0.01)
    assert hostile.open == 16  # the limit to one host
    engine.cancel_all()
    tasks = engine.submit(_others()).result(timeout=5)
    engine.close()
    while hostile.open and time.monotonic() < until:
        time.sleep(0.01)

    assert (tasks, hostile.open) == (0, 0)
    assert all(future.cancelled() for future in futures)


def test_a_cancelled_handshake_leaves_nothing(hostile: HostileServer) -> None:
    engine = Engine()
    url = hostile.url("silent").replace("http", "https")
    future = engine.submit(engine.fetch(Request(url)))
    until = time.monotonic() + 5
    while not hostile.open and time.monotonic() < until:
        time.sleep(0.01)
    future.cancel()
    while hostile.open and time.monotonic() < until:
        time.sleep(0.01)
    engine.close()

    assert hostile.open == 0


async def _others() -> int:
    """Count the tasks that are still there once the cancelled ones had their turn."""
    for _ in range(100):
        if len(asyncio.all_tasks()) == 1:
            break
        await asyncio.sleep(0.01)
    return len(asyncio.all_tasks()) - 1


def test_what_was_sent_too_much_is_not_the_next_answer(
    hostile: HostileServer, engine: Engine
) -> None:
    says("keep-smuggling", whole(b"{}") + whole(b'{"smuggled": true}'))

    async def bodies() -> list[bytes]:
        url = hostile.url("keep-smuggling")
        return [(await engine.fetch(Request(url))).body for _ in range(3)]

    assert engine.submit(bodies()).result(timeout=10) == [b"{}"] * 3


def test_a_connection_that_went_away_in_between_is_made_anew(
    hostile: HostileServer, engine: Engine
) -> None:
    async def statuses() -> list[int | None]:
        url = hostile.url("healthy")  # closes after each answer, unannounced
        return [(await engine.fetch(Request(url))).status for _ in range(20)]

    assert engine.submit(statuses()).result(timeout=10) == [200] * 20
