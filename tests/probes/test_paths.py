"""What each provider says of a token, and what a work tree says of itself."""

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.answer import Answer
from gonogo.core.observation import Observation
from gonogo.core.path import ApiPath, DeployPath, LocalPath
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.paths import chosen, usable
from gonogo.probes.worktree import ready
from tests.doubles import circleci, railway, render
from tests.doubles.circleci import CircleCI
from tests.doubles.github import REPOSITORY, TOKEN, GitHub
from tests.doubles.railway import Railway
from tests.doubles.render import Render
from tests.doubles.statuspage import StatusPage

Judge = Callable[..., Observation]
Probe = Callable[[Context, Any], Awaitable[Observation]]


@pytest.fixture
def judge(engine: Engine) -> Judge:
    """Run a probe on a real engine; nobody waits between two tries."""

    async def at_once(_seconds: float) -> None: ...

    def run(subject: DeployPath | tuple[DeployPath, ...]) -> Observation:
        context = Context(fetch=engine.fetch, sleep=at_once, commit="abc1234")
        probe: Probe = chosen if isinstance(subject, tuple) else usable
        return engine.submit(probe(context, subject)).result(timeout=30)  # type: ignore[arg-type]

    return run


def said(seen: Observation) -> tuple[str, str]:
    return str(seen.reading.outcome), seen.reading.text


GITHUB: dict[str, tuple[dict[str, Any], str, str]] = {
    "all is well": ({}, "PASS", "GITHUB_TOKEN is accepted"),
    "scopes that do not suffice": ({"scopes": "gist, read:org"}, "FAIL", "repo is needed"),
    "scopes that suffice": ({"scopes": "repo, gist"}, "PASS", ""),
    "no word about scopes": ({"scopes": ""}, "PASS", ""),
    "archived": ({"about": {"full_name": REPOSITORY, "archived": True}}, "FAIL", "is archived"),
    "an empty list": ({"body": "[]"}, "UNKNOWN", "no full_name"),
    "a login in JSON": ({"body": '{"login": "/sso"}'}, "UNKNOWN", "no full_name"),
    "a web page": ({"body": "<html>sign in</html>"}, "UNKNOWN", "not JSON"),
    "an endless page": ({"body": "[" + "1," * 300_000 + "1]"}, "UNKNOWN", "too large"),
    "server error": ({"code": 500}, "UNKNOWN", "500"),
    "server error, once": ({"code": 502, "times": 1}, "PASS", ""),
    "not modified": ({"code": 304}, "UNKNOWN", "304"),
    "bad token": ({"code": 401}, "FAIL", "GITHUB_TOKEN is not accepted"),
    "forbidden": ({"code": 403}, "FAIL", "GITHUB_TOKEN is not accepted"),
    "limited for long": ({"code": 403, "headers": {"Retry-After": "900"}}, "UNKNOWN", "15m00s"),
    "limited, once": ({"code": 429, "headers": {"Retry-After": "2"}, "times": 1}, "PASS", ""),
    "disabled workflow": ({"workflows": {"deploy.yml": "disabled_inactivity"}}, "FAIL", "enable"),
    "no such workflow": ({"workflows": {}}, "FAIL", "no such thing"),
}


@pytest.mark.parametrize("case", GITHUB)
def test_github(httpserver: HTTPServer, judge: Judge, case: str) -> None:
    changed, outcome, text = GITHUB[case]
    github, page = GitHub(httpserver), StatusPage(httpserver, Actions="operational")
    for name, value in changed.items():
        setattr(github, name, value)
    path = ApiPath(
        "github-actions",
        "github-actions",
        github.url,
        ("GITHUB_TOKEN",),
        page.url,
        "Actions",
        repository=REPOSITORY,
        workflow="deploy.yml",
        token=TOKEN,
        variable="GITHUB_TOKEN",
    )
    seen = judge(path)

    assert (said(seen)[0], text in said(seen)[1]) == (outcome, True), seen
    assert said(judge((path,)))[0] == outcome


def test_a_redirect_to_another_host_is_no_answer(httpserver: HTTPServer, judge: Judge) -> None:
    httpserver.expect_request("/login").respond_with_json({"full_name": REPOSITORY})
    elsewhere = httpserver.url_for("/login").replace("localhost", "127.0.0.1")
    asked = httpserver.expect_request(f"/proxied/repos/{REPOSITORY}")
    asked.respond_with_data(status=302, headers={"Location": elsewhere})
    path = ApiPath("gh", "github-actions", httpserver.url_for("/proxied"), ("T",))
    outcome, text = said(judge(replace(path, repository=REPOSITORY, token=TOKEN)))

    assert (outcome, "by a redirect to another host" in text) == ("UNKNOWN", True), text


PAGES: dict[str, tuple[dict[str, Any], str | None, str, str]] = {
    "operational": ({}, "Actions", "PASS", "Actions is operational"),
    "degraded": (
        {"components": {"Actions": "degraded_performance"}},
        "Actions",
        "FAIL",
        "degraded",
    ),
    "down in one region": (
        {"regions": [{"name": "Actions", "status": "major_outage"}]},
        "Actions",
        "FAIL",
        "major outage",
    ),
    "maintained": ({"components": {"Actions": "under_maintenance"}}, "Actions", "FAIL", "under"),
    "unheard of": ({"components": {"Actions": "sleepy"}}, "Actions", "UNKNOWN", "sleepy"),
    "no such component": ({"components": {}}, "Actions", "UNKNOWN", "no component 'Actions'"),
    "a web page": ({"body": "<html/>"}, "Actions", "UNKNOWN", "not JSON"),
    "an empty list": ({"body": "[]"}, "Actions", "UNKNOWN", "lists no components"),
    "as a whole": ({"indicator": "minor"}, None, "WARN", "it is minor"),
    "as a whole, down": ({"indicator": "critical"}, None, "FAIL", "it is critical"),
    "as a whole, garbage": (
        {"body": '{"status": {"indicator": []}}'},
        None,
        "UNKNOWN",
        "states no",
    ),
}


@pytest.mark.parametrize("case", PAGES)
def test_status_pages(httpserver: HTTPServer, judge: Judge, case: str) -> None:
    changed, component, outcome, text = PAGES[case]
    page, api = StatusPage(httpserver, Actions="operational"), CircleCI(httpserver)
    for name, value in changed.items():
        setattr(page, name, value)
    about = ApiPath("ci", "circleci", api.url, ("T",), page.url, component)
    seen = judge(replace(about, token=circleci.TOKEN))

    assert (said(seen)[0], text in said(seen)[1]) == (outcome, True), seen


@pytest.mark.parametrize(
    ("project", "token", "outcome"),
    [
        (None, circleci.TOKEN, "PASS"),
        (circleci.PROJECT, circleci.TOKEN, "PASS"),
        ("gh/acme/other", circleci.TOKEN, "FAIL"),
        (None, "forgotten", "FAIL"),
    ],
)
def test_circleci(
    httpserver: HTTPServer, judge: Judge, project: str | None, token: str, outcome: str
) -> None:
    api = CircleCI(httpserver)
    path = ApiPath("ci", "circleci", api.url, ("T",), project=project, token=token)

    assert said(judge(path))[0] == outcome


RAILWAY: dict[str, tuple[str, list[Any] | None, str]] = {
    "project token": (railway.PROJECT_TOKEN, None, "PASS"),
    "account token": (railway.ACCOUNT_TOKEN, None, "PASS"),
    "workspace token": (railway.WORKSPACE_TOKEN, None, "PASS"),
    "forgotten token": ("forgotten", None, "FAIL"),
    "another error": (railway.PROJECT_TOKEN, [{"message": "Problem processing"}], "UNKNOWN"),
    "an error that says nothing": (railway.PROJECT_TOKEN, ["?"], "UNKNOWN"),
}


@pytest.mark.parametrize("case", RAILWAY)
def test_railway(httpserver: HTTPServer, judge: Judge, case: str) -> None:
    token, errors, outcome = RAILWAY[case]
    api = Railway(httpserver)
    api.errors = errors

    assert said(judge(ApiPath("r", "railway", api.url, ("T",), token=token)))[0] == outcome


@pytest.mark.parametrize(("project", "outcome"), [(railway.PROJECT, "PASS"), ("other", "FAIL")])
def test_a_token_of_another_project_deploys_another_one(
    httpserver: HTTPServer, judge: Judge, project: str, outcome: str
) -> None:
    path = ApiPath("r", "railway", Railway(httpserver).url, ("T",), project=project)

    assert said(judge(replace(path, token=railway.PROJECT_TOKEN)))[0] == outcome


@pytest.mark.parametrize(
    ("token", "owners", "outcome"),
    [
        (render.TOKEN, [{"id": "tea-1"}], "PASS"),
        (render.TOKEN, [], "FAIL"),
        ("forgotten", [{"id": "tea-1"}], "FAIL"),
    ],
)
def test_render(
    httpserver: HTTPServer, judge: Judge, token: str, owners: list[dict[str, str]], outcome: str
) -> None:
    api = Render(httpserver)
    api.owners = owners

    assert said(judge(ApiPath("r", "render", api.url, ("T",), token=token)))[0] == outcome


def test_a_token_is_not_sent_where_there_is_none(judge: Judge) -> None:
    seen = judge(ApiPath("r", "railway", "http://127.0.0.1:9", ("RAILWAY_TOKEN", "OTHER")))

    assert said(seen) == ("FAIL", "no token; fix: set RAILWAY_TOKEN or OTHER")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


TREES: dict[str, tuple[str, str, str]] = {
    "clean": ("", "PASS", "the work tree is clean"),
    "a report of this run": ("part/reports/out/decision.json", "PASS", ""),
    "a file that is not known": ("part/shop.py", "FAIL", "not committed: part/shop.py; fix:"),
    "a file outside the folder": ("other/shop.py", "FAIL", "not committed: other/"),
    "a changed file": ("part/a.py", "FAIL", "not committed: part/a.py"),
}


@pytest.mark.parametrize("case", TREES)
def test_a_work_tree(judge: Judge, tmp_path: Path, case: str) -> None:
    name, outcome, text = TREES[case]
    part = tmp_path / "part"
    part.mkdir()
    (part / "a.py").write_text("")
    for arguments in ("init --quiet", "add .", "commit --quiet -m One"):
        git(tmp_path, *arguments.split())
    git(tmp_path, "config", "status.showUntrackedFiles", "no")
    if name:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    path = LocalPath("local", "git", str(part), "reports/out")
    context = Context(_nobody, commit=git(tmp_path, "rev-parse", "--short", "HEAD"))
    seen = asyncio.run(usable(context, path))

    assert (said(seen)[0], text in said(seen)[1]) == (outcome, True), seen


def test_a_hook_of_another_repository_changes_nothing(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text("")
        for arguments in ("init --quiet", "add .", "commit --quiet -m One"):
            git(tmp_path / name, *arguments.split())
    environ = {**os.environ, "GIT_DIR": str(tmp_path / "other" / ".git")}
    reading = ready(LocalPath("local", "git", str(tmp_path / "one")), None, environ)

    assert str(reading.outcome) == "PASS", reading


async def _nobody(_request: object) -> Answer:
    raise AssertionError("a work tree asks nobody")


@pytest.mark.parametrize(
    ("cli", "commit", "text"),
    [
        ("no-such-tool", None, "no-such-tool is not on PATH; fix: install it"),
        ("git", "f" * 40, "to be deployed is fffffff; fix: check that out"),
    ],
)
def test_the_local_path_wants_the_tool_and_the_commit(
    tmp_path: Path, cli: str, commit: str | None, text: str
) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, *"commit --quiet --allow-empty -m One".split())
    reading = ready(LocalPath("local", cli, str(tmp_path)), commit)

    assert (str(reading.outcome), text in reading.text) == ("FAIL", True), reading


def test_the_choice_between_paths(httpserver: HTTPServer, judge: Judge) -> None:
    page, api = StatusPage(httpserver, Actions="operational"), CircleCI(httpserver)
    good = ApiPath("good", "circleci", api.url, ("T",), page.url, "Actions", token=circleci.TOKEN)
    silent = replace(good, slug="silent", component="Unknown")
    refused = replace(good, slug="refused", token="forgotten")
    chosen = {
        (refused, silent, good): ("PASS", "good can be used"),
        (refused, silent): ("UNKNOWN", "silent: "),
        (refused,): ("FAIL", "refused: "),
    }
    for paths, (outcome, text) in chosen.items():
        seen = judge(paths)

        assert (said(seen)[0], text in said(seen)[1]) == (outcome, True), seen
        assert dict(seen.facts) == ({"deploy_path": "good"} if outcome == "PASS" else {})


def test_no_work_tree_is_no_evidence(judge: Judge, tmp_path: Path) -> None:
    outcome, text = said(judge(LocalPath("local", "git", str(tmp_path))))

    assert outcome == "UNKNOWN"
    assert text.startswith("git rev-parse failed: fatal: not a git repository")
