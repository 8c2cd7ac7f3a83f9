"""Open incidents in whole runs: they block, and what cannot be read leaves it open."""

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.github import TOKEN, GitHub
from tests.doubles.statuspage import StatusPage
from tests.runs import Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
ALERT = {"number": 7, "title": "Checkout fails", "labels": ["deployment-alert"]}
CASES = {
    "none": ("minor", [], 0, "acme: it is minor"),
    "a page": ("major", [], 10, "acme: it is major"),
    "an issue": ("none", [ALERT], 10, "#7 Checkout fails"),
    "no evidence": ("unheard of", [], 40, "states no indicator that is known"),
}


@pytest.mark.parametrize("case", CASES)
def test_incidents(project: Project, httpserver: HTTPServer, case: str) -> None:
    indicator, issues, code, said = CASES[case]
    page, github = StatusPage(httpserver), GitHub(httpserver)
    page.indicator, github.issues = indicator, issues
    line = f'pages = {{ acme = "{page.url}" }}, issues = "deployment-alert"'
    project.write(f"{HEAD}[release]\nincidents = {{ {line}, repository = 'acme/shop' }}\n")
    project.write("NAME=shop\n", ".env")
    done = project.run("suites/predeploy", **github.environ)

    assert done.code == code, done.output
    assert said in " ".join(check["message"] for check in done.record["checks"])
    assert done.signals == (["incident"] if code else [])
    assert TOKEN not in done.output
