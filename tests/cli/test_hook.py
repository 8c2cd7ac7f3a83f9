"""The hook that other repositories use: a valid file, and a command that runs as it says."""

import os
import resource
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gonogo.cli import COMMANDS
from tests.environment.conftest import made

ROOT = Path(__file__).parents[2]
CONFIG = '[targets.local]\nenv-file = ".env"\n[targets.production]\n[history]\n[env.vars]\n'


def hook() -> dict[str, Any]:
    """Read the one hook: the file is a list of plain keys, so no reader of YAML is needed."""
    lines = (ROOT / ".pre-commit-hooks.yaml").read_text().splitlines()
    plain = [line for line in lines if not line.startswith("#")]
    assert plain[0].startswith("- id: ")
    assert not any(line.startswith("- ") for line in plain[1:])
    return dict(line[2:].split(": ", 1) for line in plain)


def test_the_file_says_what_pre_commit_needs() -> None:
    found = hook()
    command, name = found["entry"].split()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]

    assert {"id", "name", "entry", "language"} <= found.keys()
    assert (found["language"], found["stages"]) == ("python", "[pre-push]")
    assert (found["always_run"], found["pass_filenames"]) == ("true", "false")
    assert scripts[command] == "gonogo.cli:main"
    assert name in COMMANDS


def test_pre_commit_itself_accepts_the_file() -> None:
    clientlib = pytest.importorskip("pre_commit.clientlib", reason="pre-commit is not installed")

    assert clientlib.load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))


def push(folder: Path, *words: str) -> tuple[int, str]:
    _, name = hook()["entry"].split()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GONOGO_")}
    done = subprocess.run(
        [sys.executable, "-m", "gonogo.cli", name, *words],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_its_command_judges_the_environment_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "gonogo.toml").write_text(CONFIG + 'SECRET_KEY = "hex"\nPORT = "port"\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not wanted')\n")
    (tmp_path / ".env").write_text(f"SECRET_KEY={made('hook')}\nPORT=8080\n")
    before = sorted(tmp_path.iterdir())

    code, output = push(tmp_path)
    assert code == 4, output  # two targets, and none is the default
    code, output = push(tmp_path, "--target", "local")
    assert code == 0, output
    code, output = push(tmp_path, "--target", "production", "--env-file", ".env")
    assert code == 0, output
    (tmp_path / ".env").write_text(f"SECRET_KEY={made('hook')}\nPORT=x\n")
    code, output = push(tmp_path, "--target", "local")
    assert code == 10, output
    assert "env.type .env:2: not a port" in output
    assert "record   not kept" in output
    assert made("hook") not in output
    assert sorted(tmp_path.iterdir()) == before


def test_fifty_variables_take_less_than_two_seconds(tmp_path: Path) -> None:
    names = [f"NAME_{number}" for number in range(50)]
    config = "".join(f'{name} = {{ type = "hex", secret = true }}\n' for name in names)
    (tmp_path / "gonogo.toml").write_text(CONFIG + config)
    (tmp_path / ".env").write_text("".join(f"{name}={made(name)}\n" for name in names))

    def busy() -> float:
        """The seconds that a processor worked on it: how busy the machine is plays no part."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code, output = push(tmp_path, "--target", "local")
        assert code == 0, output
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(busy() for _ in range(3)) < 2
