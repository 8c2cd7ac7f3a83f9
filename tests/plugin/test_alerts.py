"""Whole runs that tell people: once where it changes, and never with a say in the decision."""

import os
from pathlib import Path

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gonogo.config.choice import Choice
from gonogo.config.load import load
from gonogo.plugin.alerts import told
from gonogo.plugin.options import Options
from gonogo.plugin.run import Run
from tests.doubles.webhook import TOKEN, Webhook, broken
from tests.runs import Done, Project, quick

NOTIFY = """
[history]
[notify]
urls = ["${{HOOK}}"]
at-most = "3/d"
[[notify.routes]]
urls = ["json://127.0.0.1:{port}/An0therToken?rto=0.2"]
on = ["problem"]
title = "{{decision}} of {{target}}"
"""
HIDDEN = (TOKEN, "An0therToken", "hooks/")


def test_a_run_tells_where_something_changes(project: Project, httpserver: HTTPServer) -> None:
    webhook = Webhook(httpserver)
    well = False

    def health(_request: Request) -> Response:
        return Response('{"status": "healthy"}', 200 if well else 503)

    def scheduled() -> Done:
        words = ("--gonogo-stage", "scheduled", "--junitxml", "junit.xml", "--log-level", "DEBUG")
        files = ("--log-file", "all.log", "--log-file-level", "DEBUG")
        return project.run("suites/health", *words, *files, HOOK=webhook.url)

    httpserver.expect_request("/health").respond_with_handler(health)
    with broken("hangs") as port:
        project.write(quick(httpserver.url_for(""), more=NOTIFY.format(port=port)))
        bad = scheduled()
        seen = everything(bad)
        well = True
        good = scheduled()
    seen += everything(good)

    assert bad.told == (30, "HOLD"), bad.output
    assert "notify   problem: told json (url 1)\n" in bad.output
    assert "notify   problem: not told json (url 2): no answer that it accepts\n" in bad.output
    assert good.told == (0, "GO"), good.output
    assert "notify   recovered: told json (url 1)\n" in good.output
    assert webhook.titles == ["HOLD: project @ t", "recovered from HOLD: project @ t"]
    assert [part for part in HIDDEN if part in seen] == []


def everything(done: Done) -> str:
    """Whatever a run has left for people to read."""
    files = [each for each in done.folder.rglob("*") if each.is_file() and not _is_given(each)]
    return done.output + "".join(each.read_text(errors="replace") for each in files)


def _is_given(file: Path) -> bool:
    return file.name == "gonogo.toml" or "suites" in file.parts


def test_without_apprise_the_decision_stands(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_data("no", 503)
    more = '[notify]\nurls = ["json://127.0.0.1:9/An0therToken"]\n'
    project.write(quick(httpserver.url_for(""), more=more))
    project.write("raise ModuleNotFoundError(name='apprise')", "path/apprise.py")
    paths = [str(project.folder / "path"), os.environ.get("PYTHONPATH", "")]
    done = project.run("suites/health", PYTHONPATH=os.pathsep.join(paths))

    assert done.told == (20, "ROLLBACK"), done.output
    assert "fix: pip install 'pytest-gonogo[notify]'" in done.output
    assert "An0therToken" not in done.output


def test_what_breaks_while_telling_is_a_line(project: Project) -> None:
    project.write(quick("http://127.0.0.1:9", more='[notify]\nurls = ["json://127.0.0.1:9/x"]\n'))
    plan = load(Choice(), project.folder)
    options = Options(Choice(), None, None, None, "out", False, None, None, True)
    run = Run(options, plan, booted=False)

    assert told(run, {"target": "t"}) == ["nobody was told: KeyError"]
    assert told(run, None) == ["nobody was told: there is no record"]
    assert told(Run(options, plan, booted=True), {"target": "t"}) == []
