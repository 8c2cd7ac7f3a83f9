"""Open incidents, announced on a status page or by issues of the repository."""

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.github import TOKEN, GitHub
from tests.doubles.statuspage import StatusPage
from tests.runs import Done, Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'


def verify(project: Project, server: HTTPServer, incidents: str) -> Done:
    project.write(f"{HEAD}[release]\nincidents = {incidents}\n").write("NAME=shop\n", ".env")
    url = server.url_for("").rstrip("/")
    return project.run("suites/predeploy", GITHUB_API_URL=url, GITHUB_TOKEN=TOKEN)


PAGES = {
    "none": (0, "GO"),
    "minor": (0, "GO"),
    "maintenance": (0, "GO"),
    "major": (10, "BLOCK"),
    "critical": (10, "BLOCK"),
    "unheard of": (40, "INCONCLUSIVE"),
}


@pytest.mark.parametrize("indicator", PAGES)
def test_a_status_page(project: Project, httpserver: HTTPServer, indicator: str) -> None:
    page = StatusPage(httpserver)
    page.indicator = indicator
    done = verify(project, httpserver, f'{{ pages = {{ acme = "{page.url}" }} }}')

    assert done.told == PAGES[indicator], done.output
    if done.code == 10:
        assert done.signals == ["incident"]
        assert f"acme: it is {indicator}" in done.output


ALERT = {"number": 7, "title": "Checkout fails", "labels": ["deployment-alert"]}
ISSUES: dict[str, tuple[dict[str, Any], int, str]] = {
    "none": ({}, 0, ""),
    "closed": ({"issues": [{**ALERT, "state": "closed"}]}, 0, ""),
    "another label": ({"issues": [{**ALERT, "labels": ["bug"]}]}, 0, ""),
    "open": ({"issues": [ALERT]}, 10, "#7 Checkout fails"),
    "no list": ({"body": '{"message": "?"}'}, 40, "no list of issues"),
    "not issues": ({"body": '["?"]'}, 40, "no list of issues"),
    "not allowed": ({"code": 403}, 40, "the token may not read this"),
}


@pytest.mark.parametrize("case", ISSUES)
def test_issues_with_a_label(project: Project, httpserver: HTTPServer, case: str) -> None:
    changed, code, said = ISSUES[case]
    github = GitHub(httpserver)
    for name, value in changed.items():
        setattr(github, name, value)
    line = '{ issues = "deployment-alert", repository = "acme/shop" }'
    done = verify(project, httpserver, line)

    assert (done.code, said in done.output) == (code, True), done.output


def test_a_page_that_nobody_knows_is_a_usage_error(
    project: Project, httpserver: HTTPServer
) -> None:
    done = verify(project, httpserver, '{ pages = ["githob"] }')

    assert done.code == 4
    assert "did you mean 'github'" in done.output


def test_incidents_that_name_nothing_are_a_usage_error(
    project: Project, httpserver: HTTPServer
) -> None:
    assert verify(project, httpserver, "{}").code == 4
