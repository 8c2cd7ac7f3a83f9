"""The checks of a commit, from a loopback server that keeps GitHub's rules."""

import json

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.github import TOKEN, GitHub, run_of
from tests.doubles.gitlab import PROJECT, GitLab, job, pipeline
from tests.runs import Done, Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
CI = '[release]\nci = {{ repository = "acme/shop", required = {}, wait = "{}", every = "50ms" }}\n'


@pytest.fixture
def github(httpserver: HTTPServer) -> GitHub:
    return GitHub(httpserver)


def verify(project: Project, github: GitHub, *required: str, wait: str = "300ms") -> Done:
    project.write(HEAD + CI.format(json.dumps(required), wait)).write("NAME=shop\n", ".env")
    return project.run("suites/predeploy", **github.environ)


@pytest.mark.parametrize("conclusion", ["success", "cancelled"])
def test_only_success_is_a_success(project: Project, github: GitHub, conclusion: str) -> None:
    github.runs = [run_of("Run Tests", conclusion), run_of("Deploy", "failure")]
    done = verify(project, github, "Run Tests")

    if conclusion == "success":
        assert done.told == (0, "GO"), done.output
    else:
        assert (done.told, done.signals) == ((10, "BLOCK"), ["ci"]), done.output
        assert f"Run Tests: {conclusion}" in done.output


def test_a_missing_check_blocks(project: Project, github: GitHub) -> None:
    github.runs = [run_of("Lint")]
    done = verify(project, github, "Run Tests", "Lint")

    assert (done.told, done.signals) == ((10, "BLOCK"), ["ci"]), done.output
    assert "no check 'Run Tests' on this commit" in done.output


def test_it_waits_until_the_checks_are_complete(project: Project, github: GitHub) -> None:
    github.runs, github.later = [run_of("Run Tests", None)], [run_of("Run Tests")]
    done = verify(project, github, "Run Tests", wait="10s")

    assert done.told == (0, "GO"), done.output
    assert done.record["checks"][0]["attempts"] > 2


def test_a_check_that_still_runs_is_no_evidence(project: Project, github: GitHub) -> None:
    github.runs = [run_of("Run Tests", None)]
    done = verify(project, github, "Run Tests")

    assert done.told == (40, "INCONCLUSIVE"), done.output


def test_an_api_that_gives_no_answer_is_no_evidence(project: Project, github: GitHub) -> None:
    github.runs, github.code = [run_of("Run Tests")], 403
    done = verify(project, github, "Run Tests")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "the token may not read this" in done.output
    assert TOKEN not in done.output


def test_checks_share_their_questions(
    project: Project, github: GitHub, httpserver: HTTPServer
) -> None:
    names = [f"Job {n}" for n in range(20)]
    github.runs = [run_of(name) for name in names]
    done = verify(project, github, *names)

    assert done.told == (0, "GO"), done.output
    assert len(httpserver.log) < 12


def test_which_repository_is_asked_at_once(project: Project) -> None:
    project.write(HEAD + '[release]\nci = { required = ["Run Tests"] }\n').write("NAME=x\n", ".env")
    done = project.run("suites/predeploy")

    assert done.code == 4
    assert "GITHUB_REPOSITORY" in done.output


def test_no_required_check_is_lost(project: Project, github: GitHub) -> None:
    done = verify(project, github, "Run Tests", "run-tests")

    assert done.code == 4
    assert "two names give the same test ID" in done.output


@pytest.mark.parametrize("state", ["success", "manual"])
def test_gitlab_is_the_other_provider(project: Project, httpserver: HTTPServer, state: str) -> None:
    lab = GitLab(httpserver)
    lab.pipelines = [pipeline(job("test 1/2"), job("test 2/2", state))]
    ci = f'{{ provider = "gitlab", repository = "{PROJECT}", required = ["test"] }}'
    project.write(f"{HEAD}[release]\nci = {ci}\n").write("NAME=shop\n", ".env")
    done = project.run("suites/predeploy", **lab.environ)

    assert done.told == ((0, "GO") if state == "success" else (10, "BLOCK")), done.output
    assert lab.environ["GITLAB_TOKEN"] not in done.output
    if state != "success":
        assert "test 2/2: manual" in done.output
