"""The wheel, installed into an empty environment, works for someone who has no file of ours."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

ROOT = Path(__file__).parents[1]
UV = [sys.executable, "-m", "uv"]


def call(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    hidden = ("PYTHONPATH", "PYTEST_", "GONOGO_", "VIRTUAL_ENV", "GITHUB_", "CI")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    environ |= {"UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environ,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it requires, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("build", "--wheel", "--no-build-isolation", "--out-dir", folder, ROOT)
    built = call(*UV, *build, "--python", sys.executable, cwd=folder)
    assert built.returncode == 0, built.stderr

    (wheel,) = folder.glob("*.whl")
    call(*UV, "venv", "--python", sys.executable, folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    installed = call(*UV, "pip", "install", "--python", python, wheel, cwd=folder)
    if "failed to fetch" in installed.stderr.lower() or "dns" in installed.stderr.lower():
        pytest.skip("no package registry is reachable from here")
    assert installed.returncode == 0, installed.stderr
    return python


def test_smoke_without_a_repository(python: Path, tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.no_handler_status_code = 404
    httpserver.expect_request("/").respond_with_data("hello", content_type="text/html")
    url = httpserver.url_for("")
    command = (python, "-m", "pytest", "--pyargs", "gonogo.suites.smoke", "--gonogo-url", url)
    done = call(*command, cwd=tmp_path)
    record = json.loads((tmp_path / "reports/out/decision.json").read_text())

    assert (done.returncode, record["decision"]) == (0, "GO"), done.stdout
    assert {check["slug"] for check in record["checks"]} == {"app/root", "app/unknown-page"}


def test_health_says_what_is_wrong(python: Path, tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "down"})
    (tmp_path / "gonogo.toml").write_text(
        f'[targets.t]\nurl = "{httpserver.url_for("")}"\n[services.api]\n'
        'startup = { attempts = 3, interval = "10ms" }\n'
    )
    done = call(python, "-m", "pytest", "--pyargs", "gonogo.suites.health", "-n", "2", cwd=tmp_path)

    assert done.returncode == 20, done.stdout
    assert "the body says unhealthy" in done.stdout
    assert "Warning" not in done.stdout


def test_every_suite_and_the_marker_are_there(python: Path, tmp_path: Path) -> None:
    done = call(python, "-m", "pytest", "--markers", cwd=tmp_path)
    code = "import importlib.resources as r; print(*r.files('gonogo.suites').iterdir())"
    listed = call(python, "-c", code, cwd=tmp_path)
    names = {Path(name).name for name in listed.stdout.split()}
    code = "from gonogo.reporting.runbook import page_of as p; from gonogo.core.outcome import *;"
    pages = call(python, "-c", f"{code} print(*(len(p(each)) for each in Decision))", cwd=tmp_path)

    assert "@pytest.mark.gonogo(" in done.stdout
    assert {"predeploy", "health", "smoke"} <= names
    assert len(pages.stdout.split()) == 5, pages.stderr


def test_the_command_starts_a_project(python: Path, tmp_path: Path) -> None:
    (tmp_path / ".env.production").write_text("NAME=shop\nPORT=8080\n")
    gonogo = python.with_name("gonogo")
    begun = call(gonogo, "init", "--env-file", ".env.production", cwd=tmp_path)
    done = call(gonogo, "environment", cwd=tmp_path)

    assert begun.returncode == 0, begun.stderr
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed   3 of 3 checks" in done.stdout


def test_an_installed_suite_keeps_its_stage(python: Path, tmp_path: Path) -> None:
    """Its folder is part of each ID, so that what is asked before a deploy is judged as that."""
    (tmp_path / ".env").write_text("NAME=shop\n")
    (tmp_path / "gonogo.toml").write_text(
        '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
    )
    asked = (python, "-m", "pytest", "--pyargs", "gonogo.suites.predeploy")
    for spread in ((), ("-n", "1")):
        done = call(*asked, *spread, cwd=tmp_path)
        record = json.loads((tmp_path / "reports/out/decision.json").read_text())
        ids = {check["id"].partition("::")[0] for check in record["checks"]}

        assert done.returncode == 0, done.stdout
        assert record["stage"] == "predeploy"
        assert ids == {"suites/predeploy/test_environment.py"}
