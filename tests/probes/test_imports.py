"""A run imports only what it needs: what is not asked is not loaded."""

import json
import subprocess
import sys
from pathlib import Path

from .whole import run

NETWORK = {"httpx", "httpcore", "asyncio", "anyio", "jmespath", "ssl"}
NEVER = {"sqlalchemy", "redis", "psycopg", "fastapi"}
REPORT = """
import json, sys
import pytest

@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    with open("modules.json", "w") as file:
        json.dump(sorted(sys.modules), file)
"""


def loaded(folder: Path, *arguments: str, code: int) -> set[str]:
    (folder / "conftest.py").write_text(REPORT)
    done = run(folder, *arguments)
    assert done.code == code, done.output
    return set(json.loads((folder / "modules.json").read_text()))


def test_predeploy_needs_no_network(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("NAME=x\n")
    config = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
    (tmp_path / "gonogo.toml").write_text(config)

    assert not loaded(tmp_path, "suites/predeploy", code=0) & (NETWORK | NEVER)


def test_an_unrelated_run_stays_small(tmp_path: Path) -> None:
    (tmp_path / "unrelated").mkdir()
    (tmp_path / "unrelated" / "test_own.py").write_text("def test_own():\n    pass\n")
    found = loaded(tmp_path, "unrelated", code=0)

    assert not found & (NETWORK | NEVER | {"pydantic", "dotenv"})
    assert not {name for name in found if name.startswith("gonogo.probes")}


def test_health_needs_no_database(tmp_path: Path) -> None:
    service = "[services.api]\nstartup = { attempts = 1 }\n"
    (tmp_path / "gonogo.toml").write_text(f'[targets.t]\nurl = "http://127.0.0.1:9"\n{service}')
    found = loaded(tmp_path, "suites/health", code=40)

    assert "httpx" in found
    assert not found & NEVER


def test_the_core_and_the_engine_load_no_http_library() -> None:
    program = "import sys, gonogo.probes.engine, gonogo.core.policy; print('httpx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.stdout == "False\n"
