"""What status pages and labelled issues say, and what says nothing."""

from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.incident import AlertIssues, Incidents, StatusPage
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.incident import announced
from tests.doubles import statuspage
from tests.doubles.github import REPOSITORY, TOKEN, GitHub

PAGES = {
    "none": "PASS",
    "minor": "WARN",
    "maintenance": "WARN",
    "major": "FAIL",
    "critical": "FAIL",
    "unheard of": "UNKNOWN",
}


def see(engine: Engine, incidents: Incidents) -> tuple[str, str]:
    async def at_once(_seconds: float) -> None: ...

    context = Context(engine.fetch, sleep=at_once)
    reading = engine.submit(announced(context, incidents)).result(timeout=30).reading
    return str(reading.outcome), reading.text


@pytest.mark.parametrize("indicator", PAGES)
def test_a_status_page(httpserver: HTTPServer, engine: Engine, indicator: str) -> None:
    page = statuspage.StatusPage(httpserver)
    page.indicator = indicator

    assert see(engine, StatusPage("acme", page.url))[0] == PAGES[indicator]


ALERT = {"number": 7, "title": "Checkout fails", "labels": ["alert"]}
ISSUES: dict[str, tuple[dict[str, Any], str, str]] = {
    "none": ({}, "PASS", "no open issue is labelled alert"),
    "closed": ({"issues": [{**ALERT, "state": "closed"}]}, "PASS", ""),
    "another label": ({"issues": [{**ALERT, "labels": ["bug"]}]}, "PASS", ""),
    "no such label": ({"labels": set()}, "WARN", "there is no such label: is it spelt so?"),
    "open": ({"issues": [ALERT]}, "FAIL", "#7 Checkout fails"),
    "many": ({"issues": [ALERT] * 150}, "FAIL", "#7 Checkout fails"),
    "no list": ({"body": '{"message": "?"}'}, "UNKNOWN", "no list of issues"),
    "not issues": ({"body": '["?"]'}, "UNKNOWN", "no list of issues"),
    "not allowed": ({"code": 403}, "UNKNOWN", "the token may not read this"),
}


@pytest.mark.parametrize("case", ISSUES)
def test_issues_with_a_label(httpserver: HTTPServer, engine: Engine, case: str) -> None:
    changed, expected, said = ISSUES[case]
    github = GitHub(httpserver)
    for name, value in changed.items():
        setattr(github, name, value)
    alerts = AlertIssues("alert", REPOSITORY, "alert", github.url, TOKEN)
    outcome, text = see(engine, alerts)

    assert (outcome, said in text) == (expected, True), text
