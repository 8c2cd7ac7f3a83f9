"""`gonogo baseline` and `gonogo replay`, on the history of a project."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gonogo.cli import main
from gonogo.core.past import PastSample
from gonogo.history import History, opened
from tests.history.records import check, record
from tests.runs import Project, quick

HTTP = {"signal": "http-5xx"}
HEAD = '[targets.production]\nurl = "http://127.0.0.1:9"\n[history]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gonogo.toml").write_text(HEAD)
    return tmp_path


@contextmanager
def history(folder: Path) -> Iterator[History]:
    with opened("sqlite:///reports/history.sqlite", folder, "project") as found:
        yield found


def remember(folder: Path, run_id: str, decision: str, minutes: float, **more: Any) -> None:
    at = time.time() - 60 * minutes
    with history(folder) as kept:
        kept.add(record(run_id, decision, at=at, commit="abc1234", **more), samples(at))


def samples(at: float) -> list[PastSample]:
    return [PastSample("latency", at + n, 0.1 * n) for n in range(12)]


def test_a_baseline_is_shown_pinned_and_invalidated(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(folder, "first0", "GO", 60)
    remember(folder, "second", "GO", 30)

    def said(*words: str) -> str:
        assert main(["baseline", *words]) == 0
        return capsys.readouterr().out

    assert "production: GO of abc1234 at 20" in said("show")
    assert "12 samples of latency; run second" in said("show")
    assert "pinned 20" in said("pin", "first")
    assert "run first0" in said("show")
    assert "none, invalidated 20" in said("invalidate", "--why", "other hardware")
    assert "(other hardware); the next complete GO will be it" in said("show")
    remember(folder, "third0", "GO", -1)
    assert "run third0" in said("show")
    assert "(we trust it)" in said("pin", "--why", "we trust it")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pin", "unknown"], "no run of production begins with 'unknown'"),
        (["pin"], "production has no baseline to pin"),
        (["show", "x"], "show takes no run"),
        (["burn"], "invalid choice"),
    ],
)
def test_what_makes_no_sense_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    try:
        code = main(["baseline", *words])
    except SystemExit as end:
        code = int(end.code or 0)

    assert code == 4
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [["baseline", "show"], ["replay", "--policy", "gonogo.toml"]])
def test_without_a_history_it_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    (folder / "gonogo.toml").write_text(HEAD.replace("[history]", ""))
    assert main(words) == 4
    assert "fix: add [history] to gonogo.toml" in capsys.readouterr().err

    (folder / "gonogo.toml").write_text(HEAD)
    (folder / "reports").mkdir()
    (folder / "reports" / "history.sqlite").write_bytes(b"no database " * 100)
    assert main(words) == 40
    assert "history.sqlite: file is not a database" in capsys.readouterr().err


def test_replay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = [check("suites/health/t.py::t[api]", "FAIL", signal="http-5xx")]
    remember(folder, "good", "GO", 60)
    remember(folder, "bad", "ROLLBACK", 30, checks=checks)
    remember(folder, "elsewhere", "ROLLBACK", 20, checks=checks, target="staging")
    (folder / "mild.toml").write_text('[rules.http-5xx]\naction = "hold"\n[rules.live]\nfor = "5m"')

    assert main(["replay", "--policy", "gonogo.toml"]) == 0
    assert "3 runs under gonogo.toml: 0 decided otherwise" in capsys.readouterr().out

    assert main(["replay", "--policy", "mild.toml", "--target", "production"]) == 0
    first, changed, note = capsys.readouterr().out.splitlines()
    assert first.endswith("2 runs under mild.toml: 1 decided otherwise")
    assert "production postdeploy  ROLLBACK -> HOLD  http-5xx suites/health/t.py::t[api]" in changed
    assert "limits of live differ" in note

    assert main(["replay", "--policy", "mild.toml", "--since", "10m"]) == 40
    assert main(["replay", "--policy", "mild.toml", "--since", "soon"]) == 4
    (folder / "wrong.toml").write_text('[rules.lives]\naction = "hold"')
    assert main(["replay", "--policy", "wrong.toml"]) == 4
    assert "did you mean 'live'?" in capsys.readouterr().err


def test_real_runs_are_decided_the_same_again(project: Project) -> None:
    project.write(quick("http://127.0.0.1:9", more="[history]")).write("NAME=x\n", ".env")
    project.suite("def test_own():\n    assert False\n")
    decisions = [
        project.run("suites/smoke", "--gonogo-commit", "a" * 7).record["decision"],
        project.run("suites/smoke", "-k", "nothing").record["decision"],
    ]
    command = [sys.executable, "-m", "gonogo.cli", "replay", "--policy", "gonogo.toml"]
    done = subprocess.run(
        command,
        cwd=project.folder,
        env=project.environ(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert decisions == ["HOLD", "INCONCLUSIVE"]
    assert done.stdout == "replay   2 runs under gonogo.toml: 0 decided otherwise\n", done.stderr
