"""Hostile answers cost bounded time, and the reason is named right."""

import socket
import time

import pytest

from gonogo.core.answer import Answer, Request

from .conftest import Ask
from .hostile import HABITS, HostileServer

DEADLINE = 0.6
SLACK = 1.0  # two cores, shared with whatever else runs

# habit -> the status that arrived, the kind of silence
EXPECTED: dict[str, tuple[int | None, str | None]] = {
    "healthy": (200, None),
    "endless-body": (200, "too-large"),
    "endless-chunks": (200, "timeout"),
    "endless-header-line": (None, "protocol"),
    "informational-storm": (None, "timeout"),
    "dripping-body": (200, "timeout"),
    "dripping-status": (None, "timeout"),
    "dripping-headers": (None, "timeout"),
    "silent": (None, "timeout"),
    "silent-after-headers": (200, "timeout"),
    "gzip-bomb": (200, None),
    "nested-gzip": (200, None),
    "gzip-mille": (200, None),
    "not-gzip": (200, None),
    "wide-json": (200, None),
    "redirect-circle": (302, "redirects"),
    "redirect-file": (302, "redirects"),
    "redirect-ftp": (302, "redirects"),
    "redirect-nonsense": (302, "redirects"),
    "redirect-refused": (None, "refused"),
    "chain": (302, "redirects"),
    "headers-10mb": (None, "protocol"),
    "not-utf8": (200, None),
    "nested-json": (200, None),
    "length-too-short": (200, None),
    "length-too-long": (200, "closed"),
    "length-nonsense": (None, "protocol"),
    "length-twice": (None, "protocol"),
    "chunk-garbage": (200, "protocol"),
    "chunks-cut-short": (200, "closed"),
    "garbage": (None, "protocol"),
    "status-nonsense": (None, "protocol"),
    "status-999": (999, None),
    "closed-at-once": (None, "closed"),
    "closed-after-headers": (200, "closed"),
    "http-0.9": (None, "protocol"),
    "half-a-line": (None, "closed"),
    "tls-on-http": (None, "protocol"),
    "switching": (None, "protocol"),
}


def outcome(answer: Answer) -> tuple[int | None, str | None]:
    return answer.status, answer.silence.kind if answer.silence else None


def test_every_habit_is_expected() -> None:
    assert EXPECTED.keys() == HABITS.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_answer(hostile: HostileServer, ask: Ask, name: str) -> None:
    path = f"{name}/0" if name == "chain" else name
    deadline = 10.0 if name == "healthy" else DEADLINE  # a busy machine is no hostile server
    started = time.monotonic()
    answer = ask(Request(hostile.url(path), timeout=deadline))

    assert outcome(answer) == EXPECTED[name], answer.silence
    assert time.monotonic() - started < deadline + SLACK
    assert len(answer.body) <= answer.request.max_body
    assert answer.transport_failure == (answer.status is None and EXPECTED[name][1] != "protocol")


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("http://127.0.0.1:9/", {"refused"}),
        ("http://[::1]:9/", {"refused", "route"}),
        ("http://no-such-name.invalid/", {"dns", "timeout"}),
        ("http://" + "a" * 300 + ".invalid/", {"dns", "invalid-url", "invalid-request"}),
        ("http://127.0.0.1:99999/", {"invalid-url"}),
        ("http://[::1/", {"invalid-url", "invalid-request"}),
        ("file:///etc/hostname", {"invalid-url"}),
        ("nothing", {"invalid-url"}),
        ("", {"invalid-url"}),
        ("http://\u2603\u0000/", {"invalid-url", "invalid-request"}),
    ],
)
def test_nobody_to_ask(ask: Ask, url: str, kinds: set[str]) -> None:
    answer = ask(Request(url, timeout=DEADLINE))

    assert (answer.status, outcome(answer)[1] in kinds) == (None, True), answer.silence
    assert answer.transport_failure
    assert answer.elapsed < DEADLINE + SLACK


def test_http_where_tls_was_expected(hostile: HostileServer, ask: Ask) -> None:
    answer = ask(Request(hostile.url("healthy").replace("http", "https"), timeout=DEADLINE))

    assert outcome(answer) in {(None, "tls"), (None, "timeout")}, answer.silence


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_that_never_accepts(ask: Ask, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as deaf:
        url = f"{scheme}://127.0.0.1:{deaf.getsockname()[1]}/"
        answer = ask(Request(url, timeout=DEADLINE))

    assert outcome(answer) == (None, "timeout"), answer.silence
    assert answer.elapsed < DEADLINE + SLACK


@pytest.mark.parametrize(
    "headers", [(("X-Token", "a\nb"),), (("X-Token", "\u2603"),), (("a b", "c"),)], ids=str
)
def test_a_request_that_cannot_be_sent_is_our_own_fault(
    hostile: HostileServer, ask: Ask, headers: tuple[tuple[str, str], ...]
) -> None:
    answer = ask(Request(hostile.url("healthy"), headers=headers, timeout=DEADLINE))

    assert outcome(answer) == (None, "invalid-request"), answer.silence
    assert answer.silence is not None
    assert answer.silence.own
