"""The story of the blue-green example: releases of all kinds, each with what becomes of it."""

import re
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from tests.runs import ROOT, Project
from tests.servers import Server

FOLDER = ROOT / "examples" / "bluegreen"
sys.path.insert(0, str(FOLDER))
story: Any = import_module("story")
README = (FOLDER / "README.md").read_text(encoding="utf-8")
NEEDED = pytest.mark.skipif(not story.has_haproxy(), reason="HAProxy is not installed")


@NEEDED
@pytest.mark.parametrize(
    ("name", "most", "why"),
    [
        ("canary", 0, "kept"),
        ("canary-500", 40, ", 3 consecutive"),
        ("leak", 0, "memory, 3 consecutive"),
        ("slow", 0, "verify: slow"),
    ],
)
def test_a_release_ends_as_the_story_says(
    name: str, most: int, why: str, database: Server, cache: Server, project: Project
) -> None:
    """Of the client's requests so many at the most fail; the documents ask for five minutes."""
    warm = {"PYTEST": " ".join(project.command()), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    servers = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
    ended = story.rehearsed(name, {**servers, **warm})
    sys.stdout.write(ended.row())

    assert ended.as_told, ended.said
    assert ended.requests > 20
    assert ended.errors <= most
    assert why in ended.why
    assert (ended.restored is None) == (ended.serves == story.NEW)
    assert (ended.restored or 0.0) < 120


@NEEDED
def test_the_command_prints_a_table() -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "story.py"), "wrong-version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    head, row = done.stdout.splitlines()[:2]
    assert head.split()[:5] == ["scenario", "decision", "exit", "requests", "errors"]
    assert re.match(r"wrong-version +BLOCK +10 +\d+ +0 +- +- +candidate: not-live, ", row), row


def test_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(story, "has_haproxy", lambda: False)
    monkeypatch.setattr(sys, "argv", ["story.py"])

    assert story.main() == 1
    assert "HAProxy is missing; on Debian: apt install haproxy" in capsys.readouterr().err


def test_the_readme_tells_the_same_story() -> None:
    told = re.findall(
        r"^\| ([a-z0-9-]+) \| (.+?) \| ([A-Z]+) \| (old|new) \|", README, re.MULTILINE
    )

    assert told == [
        (name, each.about, story.DECISIONS[each.code], "new" if each.serves == story.NEW else "old")
        for name, each in story.STORY.items()
    ]
