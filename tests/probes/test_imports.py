"""A run imports only what it needs: what is not asked is not loaded."""

import json
import subprocess
import sys

from tests.runs import Project

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


def loaded(project: Project, *arguments: str, code: int) -> set[str]:
    project.write(REPORT, "conftest.py")
    done = project.cold.run(*arguments)
    assert done.code == code, done.output
    return set(json.loads((project.folder / "modules.json").read_text()))


def test_predeploy_needs_no_network(project: Project) -> None:
    project.write("NAME=x\n", ".env")
    config = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
    project.write(config)

    assert not loaded(project, "suites/predeploy", code=0) & (NETWORK | NEVER)


def test_an_unrelated_run_stays_small(project: Project) -> None:
    project.write("def test_own():\n    pass\n", "unrelated/test_own.py")
    found = loaded(project, "unrelated", code=0)

    assert not found & (NETWORK | NEVER | {"pydantic", "dotenv"})
    assert not {name for name in found if name.startswith("gonogo.probes")}


def test_health_needs_no_database(project: Project) -> None:
    service = "[services.api]\nstartup = { attempts = 1 }\n"
    project.write(f'[targets.t]\nurl = "http://127.0.0.1:9"\n{service}')
    found = loaded(project, "suites/health", code=40)

    assert "httpx" in found
    assert not found & NEVER


def test_the_core_and_the_engine_load_no_http_library() -> None:
    program = "import sys, gonogo.probes.engine, gonogo.core.policy; print('httpx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.stdout == "False\n"
