"""[release]: what a build left behind, as checks of a whole run."""

import pytest

from tests.runs import Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
COVERAGE = '<coverage line-rate="{}"/>'


@pytest.fixture
def released(project: Project) -> Project:
    return project.write("NAME=shop\n", ".env")


CASES = {
    "enough": ('coverage = { minimum = "80%" }', "0.9", 0, "GO", None),
    "too little": ('coverage = { minimum = "80%" }', "0.7", 10, "BLOCK", "quality"),
    "no number": ('coverage = { minimum = "80%" }', "x", 40, "INCONCLUSIVE", "quality"),
    "no backup": ('backup = { max-age = "24h", file = "*.dump" }', "0.9", 10, "BLOCK", "backup"),
    "not checked yet": ("migrations = { tool = 'alembic' }", "0.9", 40, "INCONCLUSIVE", "ledger"),
    "empty": ("", "0.9", 40, "INCONCLUSIVE", "quality"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_release_must_show(released: Project, name: str) -> None:
    line, rate, code, decision, signal = CASES[name]
    released.write(HEAD + f"[release]\n{line}\n").write(COVERAGE.format(rate), "coverage.xml")
    done = released.run("suites/predeploy")

    assert done.told == (code, decision), done.output
    assert done.signals == ([signal] if signal else []), done.output
