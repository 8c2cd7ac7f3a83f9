"""Open incidents, announced on a status page or by issues of the repository."""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.runs import Done, Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'


def verify(project: Project, server: HTTPServer, incidents: str) -> Done:
    project.write(f"{HEAD}[release]\nincidents = {incidents}\n").write("NAME=shop\n", ".env")
    return project.run("suites/predeploy", GITHUB_API_URL=server.url_for("").rstrip("/"))


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
    status = {"indicator": indicator, "description": f"it is {indicator}"}
    page = httpserver.expect_request("/page/api/v2/status.json")
    page.respond_with_json({"page": {"name": "Acme"}, "status": status})
    done = verify(
        project, httpserver, f'{{ pages = {{ acme = "{httpserver.url_for("/page")}" }} }}'
    )

    assert done.told == PAGES[indicator], done.output
    if done.code == 10:
        assert done.signals == ["incident"]
        assert f"acme: it is {indicator}" in done.output


ISSUES: dict[str, tuple[Any, int, int, str]] = {
    "none": ([], 200, 0, ""),
    "open": ([{"number": 7, "title": "Checkout fails"}], 200, 10, "#7 Checkout fails"),
    "no list": ({"message": "?"}, 200, 40, "no list of issues"),
    "not allowed": ({}, 403, 40, "the token may not read this"),
}


@pytest.mark.parametrize("case", ISSUES)
def test_issues_with_a_label(project: Project, httpserver: HTTPServer, case: str) -> None:
    body, status, code, said = ISSUES[case]
    query = {"labels": "deployment-alert", "state": "open", "per_page": "100"}
    asked = httpserver.expect_request("/repos/acme/shop/issues", query_string=query)
    asked.respond_with_data(json.dumps(body), status=status, content_type="application/json")
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
