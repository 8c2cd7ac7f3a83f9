"""`gonogo notify`: a record is told as its run would have told it, and a test reaches everybody."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.cli import main
from tests.doubles.webhook import LIGHT, TOKEN, Webhook
from tests.history.records import record

CONFIG = """
project = "shop"
[targets.production]
url = "http://127.0.0.1:9"
[targets.local]
command = "true"
[history]
[notify]
urls = ["{url}"]
on = ["problem"]
[[notify.routes]]
urls = ["{other}"]
decisions = ["ROLLBACK"]
"""


class Desk:
    """A folder with two webhooks, one of them for rollbacks only."""

    def __init__(self, folder: Path, server: HTTPServer) -> None:
        self.folder = folder
        self.chat, self.pager = Webhook(server), Webhook(server, "pager")
        self.configure(CONFIG.format(url=self.chat.url, other=self.pager.url))

    def configure(self, text: str) -> None:
        (self.folder / "gonogo.toml").write_text(text)

    def record(self, decision: str = "HOLD", **more: Any) -> None:
        file = self.folder / "reports/out/decision.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(record("r", decision, **more)))


@pytest.fixture
def desk(tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(LIGHT))
    return Desk(tmp_path, httpserver)


def test_a_record_is_told_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.record()
    codes = [main(["notify"]), main(["notify", "reports/out/decision.json"])]
    said = capsys.readouterr().out.splitlines()

    assert codes == [0, 0]
    assert said == [
        "gonogo notify: problem: told json (url 1)",
        "gonogo notify: nobody is told: the problem is known, and was told",
    ]
    assert (desk.chat.titles, desk.pager.titles) == (["HOLD: shop @ production"], [])


def test_a_test_reaches_everybody_or_says_who_was_not(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.pager.status = 500
    code = main(["notify", "--test", "--target", "production"])
    said = capsys.readouterr().out

    assert code == 1
    assert "test: told json (url 1)\n" in said
    assert "test: not told json (url 2): answered 500\n" in said
    assert desk.chat.titles == desk.pager.titles == ["gonogo: test of shop"]
    assert TOKEN not in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"scope": "partial"}, "a partial run tells nobody"),
        ({"target": "local"}, "its target was booted for the run"),
        ({"decision": "GO"}, "all is well, and was before"),
    ],
    ids=str,
)
def test_nobody_is_told(
    desk: Desk, capsys: pytest.CaptureFixture[str], more: dict[str, Any], said: str
) -> None:
    desk.record(**more)

    assert main(["notify"]) == 0
    assert said in capsys.readouterr().out
    assert desk.chat.told == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        ("[]", "is no record"),
        ("{", "is not JSON"),
        (json.dumps({"target": "production"}), "is no record"),
        (json.dumps({**record("r"), "decision": "PENDING"}), "is no record"),
        (json.dumps(record("r", target="prod")), "unknown target"),
    ],
)
def test_what_is_no_record_is_a_mistake(
    desk: Desk, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    if text is not None:
        desk.record()
        (desk.folder / "reports/out/decision.json").write_text(text)

    assert main(["notify"]) == 4
    assert said in capsys.readouterr().err


def test_without_a_section_nobody_can_be_told(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.configure('[targets.production]\nurl = "http://h"\n')
    desk.record()

    assert [main(["notify"]), main(["notify", "--test"])] == [4, 4]
    assert "add [notify] with urls" in capsys.readouterr().err
