"""Whole runs against a real loopback server: decision, record and exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

SUITES = Path(__file__).parents[2] / "suites"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "suites").symlink_to(SUITES)
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    hidden = ("GONOGO_", "GITHUB_", "PYTEST_", "CI_")
    environ = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    file = folder / "reports" / "out" / "decision.json"
    record = json.loads(file.read_text()) if file.exists() else {}
    return done.returncode, record, done.stdout + done.stderr


def write(folder: Path, text: str) -> None:
    (folder / "gonogo.toml").write_text(text)


def quick(url: str) -> str:
    return (
        f'[targets.t]\nurl = "{url}"\n[services.api]\nlive = "/health"\n'
        'startup = { attempts = 3, interval = "10ms" }\n'
    )


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_healthy_is_go(project: Path, httpserver: HTTPServer, more: tuple[str, ...]) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    write(project, quick(httpserver.url_for("")))
    code, record, output = run(project, "suites/health", *more)

    assert (code, record["decision"], record["scope"]) == (0, "GO", "complete"), output


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_server_errors_are_rollback(
    project: Path, httpserver: HTTPServer, more: tuple[str, ...]
) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"}, status=500)
    write(project, quick(httpserver.url_for("")))
    code, record, output = run(project, "suites/health", *more)

    assert (code, record["decision"]) == (20, "ROLLBACK"), output
    assert record["reasons"][0]["signal"] == "http-5xx"


def test_refused_without_control_is_inconclusive(project: Path) -> None:
    write(project, quick("http://127.0.0.1:9"))
    code, record, output = run(project, "suites/health")

    assert (code, record["decision"]) == (40, "INCONCLUSIVE"), output


def test_refused_while_control_answers_is_rollback(project: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/zen").respond_with_data("ok")
    control = f'control = ["{httpserver.url_for("/zen")}"]\n[services.api]'
    write(project, quick("http://127.0.0.1:9").replace("[services.api]", control))
    code, record, output = run(project, "suites/health")

    assert (code, record["reasons"][0]["signal"]) == (20, "unreachable"), output


def test_complaints_come_at_once_and_exit_4(project: Path) -> None:
    write(project, '[targets.t]\nurll = "x"\n[services.api]\nbudget = 3\n')
    code, record, output = run(project, "suites/health")

    assert (code, record) == (4, {}), output
    assert "did you mean 'url'" in output
    assert "expected a duration" in output


def test_a_broken_team_test_is_inconclusive(project: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    write(project, quick(httpserver.url_for("")))
    (project / "suites").unlink()
    folder = project / "suites" / "smoke"
    folder.mkdir(parents=True)
    (folder / "test_own.py").write_text("def test_own():\n    raise OSError('no witness')\n")
    code, record, output = run(project, "suites/smoke")

    assert (code, record["decision"]) == (40, "INCONCLUSIVE"), output


def test_an_import_error_is_never_go(project: Path) -> None:
    write(project, quick("http://127.0.0.1:9"))
    (project / "suites").unlink()
    folder = project / "suites" / "smoke"
    folder.mkdir(parents=True)
    (folder / "test_own.py").write_text("import nothing_of_that_name\n")

    assert run(project, "suites/smoke")[0] == 40


def test_missing_variable_blocks_and_shows_no_value(project: Path) -> None:
    secret = "value-" * 4
    (project / ".env").write_text(f"TOKEN={secret}\n")
    write(
        project,
        '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
        "TOKEN = { min-length = 64 }\n",
    )
    code, record, output = run(project, "suites/predeploy")

    assert (code, record["decision"], record["stage"]) == (10, "BLOCK", "predeploy"), output
    assert "24 characters, at least 64" in output
    assert secret not in output + json.dumps(record)


def test_an_unrelated_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert False\n")
    code, record, output = run(tmp_path)

    assert (code, record) == (1, {})
    assert "gonogo:" not in output


def test_what_cannot_be_checked_yet_is_never_go(project: Path) -> None:
    (project / ".env").write_text("NAME=x\n")
    base = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
    write(project, base)
    assert run(project, "suites/predeploy")[0] == 0

    write(project, base + '[release]\nbackup = { max-age = "24h" }\n')
    assert run(project, "suites/predeploy")[0] == 40
