"""`gonogo stats`, from the history of real runs."""

import json
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from pytest_httpserver import HTTPServer

from tests.runs import Project, quick
from tests.warm import call


@pytest.fixture
def past(project: Project, httpserver: HTTPServer) -> Project:
    """A target that was good, broke, and was good again."""
    httpserver.expect_ordered_request("/health").respond_with_json({"status": "healthy"})
    for _ in range(3):
        httpserver.expect_ordered_request("/health").respond_with_json({"status": "down"})
    httpserver.expect_ordered_request("/health").respond_with_json({"status": "healthy"})
    project.write(quick(httpserver.url_for(""), more="[history]\n"))
    for commit in ("a" * 7, "b" * 7, "a" * 7):
        project.run("suites/health", "--gonogo-commit", commit)
    return project


def stats(project: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    return call(["-m", "gonogo.cli", "stats", *words], project.folder, project.environ())


class Outside(HTMLParser):
    """Collects what a page would ask others for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [str(value) for name, value in attrs if name in {"src", "href"}]


def test_every_form(past: Project) -> None:
    table = stats(past)
    (figures,) = json.loads(stats(past, "--format", "json").stdout)
    families = text_string_to_metric_families(stats(past, "--format", "openmetrics").stdout)  # type: ignore[no-untyped-call]
    values = {family.name: family.samples[0].value for family in families if family.samples}
    page = stats(past, "--format", "html").stdout
    (outside := Outside()).feed(page)

    assert table.returncode == 0, table.stderr
    assert "50.0 %" in table.stdout
    assert (figures["deployments"], figures["failed"]) == (2, 1)
    assert values["gonogo_change_failure_ratio"] == 0.5
    assert values["gonogo_restore_seconds"] == pytest.approx(figures["time_to_restore"])
    assert page.count("<rect") == 2 * 3, "the decisions, and the health of one service"
    assert page.count("<title>FAIL ") == 1
    assert "<title>ROLLBACK " in page
    assert outside.found == []


def test_no_history_is_said(project: Project) -> None:
    done = stats(project.write('[targets.t]\nurl = "http://127.0.0.1:9"\n'))

    assert done.returncode == 4
    assert "add a section [history]" in done.stderr


def test_a_history_that_cannot_be_read_is_not_an_empty_one(project: Project) -> None:
    project.write('[targets.t]\nurl = "http://127.0.0.1:9"\n[history]\n')
    project.write("garbage" * 100, "reports/history.sqlite")
    done = stats(project)

    assert done.returncode == 40
    assert done.stdout == ""


@pytest.mark.parametrize("words", [("--since", "soon"), ("--target", "nobody")])
def test_a_wrong_word_is_a_usage_error(project: Project, words: tuple[str, ...]) -> None:
    project.write('[targets.t]\nurl = "http://127.0.0.1:9"\n[history]\n')

    assert stats(project, *words).returncode == 4


def test_a_page_can_be_written_to_a_file(project: Project, tmp_path: Path) -> None:
    project.write('[targets.t]\nurl = "http://127.0.0.1:9"\n[history]\n')

    done = stats(project, "--format", "html", "--output", str(tmp_path / "page.html"))

    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
