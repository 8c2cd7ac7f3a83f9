"""Sending: through the real Apprise to real sockets, and through one that misbehaves."""

import time
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from gonogo.notify.sending import Message, deliver
from tests.doubles.webhook import Webhook, broken

LONG = 60.0  # no test waits for it


def message(url: str, body: str = "GET /health -> 502 <b> & *x*\nnext: call a human") -> Message:
    return Message(url, "HOLD: shop @ production", body, "warning")


def test_each_is_told_or_it_is_said_why(httpserver: HTTPServer, webhook: Webhook) -> None:
    refusing = Webhook(httpserver, "refusing")
    refusing.status = 500
    with broken("hangs") as silent, broken("resets") as rude:
        urls = [
            webhook.url,
            refusing.url,
            f"json://127.0.0.1:{silent}/x?cto=0.2&rto=0.2",
            f"json://127.0.0.1:{rude}/x",
            "nonsense://x",
            "json://",
        ]
        faults = deliver([message(url) for url in urls], LONG)

    silence, nonsense = "no answer that it accepts", "no Apprise URL"
    assert faults == [None, "answered 500", silence, silence, nonsense, nonsense]
    (told,) = webhook.told
    assert told["title"] == "HOLD: shop @ production"
    assert told["message"] == message("").body
    assert told["type"] == "warning"


def apprise(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Put another Apprise before the real one."""
    (folder / "apprise.py").write_text(source)
    monkeypatch.setenv("PYTHONPATH", str(folder))


MISBEHAVING = [
    ("raise ModuleNotFoundError(name='apprise')", "pip install 'pytest-gonogo[notify]'"),
    ("import os; os._exit(3)", "the messenger said nothing of it"),
    ("import ctypes; ctypes.string_at(0)", "the messenger said nothing of it"),
    ("raise SystemExit('t0ken')", "SystemExit"),
    ("import os\nos.write(1, b'x' * 9999)\nos.write(2, b'x')\n1 / 0", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("source", "why"), MISBEHAVING, ids=range(len(MISBEHAVING)))
def test_whatever_a_notifier_does_stays_in_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, why: str
) -> None:
    apprise(tmp_path, monkeypatch, source)
    (fault,) = deliver([message("json://h/t0ken")], LONG)

    assert fault is not None
    assert why in fault
    assert "t0ken" not in fault


def test_one_that_hangs_costs_no_more_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apprise(tmp_path, monkeypatch, "import subprocess\nsubprocess.run(['sleep', '60'])")
    began = time.monotonic()
    faults = deliver([message("json://h/a"), message("json://h/b")], 1.0)

    assert faults == ["no answer within 1s"] * 2
    assert time.monotonic() - began < 20


def test_a_file_of_the_project_is_not_taken_for_apprise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apprise.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)

    assert deliver([message("nonsense://x")], LONG) == ["no Apprise URL"]
