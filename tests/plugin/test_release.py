"""[release]: what a build left behind, as checks of a whole run."""

import sys
import time

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.store import KEY, Store
from tests.runs import Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
COVERAGE = '<coverage line-rate="{}"/>'


@pytest.fixture
def released(project: Project) -> Project:
    return project.write("NAME=shop\n", ".env")


PROGRAM = "import json, time; print(json.dumps(dict(at=time.time())))"
SAYS = f"""{sys.executable} -S -c '{PROGRAM}'"""
CASES = {
    "enough": ('coverage = { minimum = "80%" }', "0.9", 0, "GO", None),
    "too little": ('coverage = { minimum = "80%" }', "0.7", 10, "BLOCK", "quality"),
    "no number": ('coverage = { minimum = "80%" }', "x", 40, "INCONCLUSIVE", "quality"),
    "no backup": ('backup = { max-age = "24h", file = "*.dump" }', "0.9", 10, "BLOCK", "backup"),
    "reported": (f"backup = {{ max-age = '1d', command = {SAYS!r} }}", "0.9", 0, "GO", None),
    "empty": ("", "0.9", 40, "INCONCLUSIVE", "quality"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_release_must_show(released: Project, name: str) -> None:
    line, rate, code, decision, signal = CASES[name]
    released.write(HEAD + f"[release]\n{line}\n").write(COVERAGE.format(rate), "coverage.xml")
    done = released.run("suites/predeploy")

    assert done.told == (code, decision), done.output
    assert done.signals == ([signal] if signal else []), done.output


@pytest.mark.parametrize(("env", "told"), [("", (0, "GO")), ("[env]\n", (40, "INCONCLUSIVE"))])
def test_who_checks_a_release_need_not_check_variables(
    project: Project, env: str, told: tuple[int, str]
) -> None:
    lines = f'[targets.t]\n{env}[release]\ncoverage = {{ minimum = "80%" }}\n'
    project.write(lines).write(COVERAGE.format("0.9"), "coverage.xml")
    done = project.run("suites/predeploy")

    assert done.told == told, done.output


def test_a_backup_behind_a_url(released: Project, httpserver: HTTPServer) -> None:
    store = Store(httpserver)
    store.modified, store.key = time.time(), KEY
    line = (
        f'backup = {{ max-age = "24h", url = "{store.url}", '
        'headers = { Authorization = "${STORE_KEY}" } }'
    )
    released.write(HEAD + f"[release]\n{line}\n")
    done = released.run("suites/predeploy", STORE_KEY=KEY)

    assert done.told == (0, "GO"), done.output
    assert KEY not in done.output + done.file.read_text()


def test_another_commit_was_tested(released: Project) -> None:
    released.write(HEAD + '[release]\ncoverage = { minimum = "80%" }\n')
    released.write(COVERAGE.format("0.9"), "coverage.xml").write("f" * 40, "coverage.xml.commit")
    done = released.run("suites/predeploy", "--gonogo-commit", "0" * 40)

    assert (done.told, done.signals) == ((10, "BLOCK"), ["quality"]), done.output
    assert "coverage.xml shows fffffff, to be deployed is 0000000" in done.output
