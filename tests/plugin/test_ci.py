"""The checks of a commit in whole runs, from servers that keep GitHub's and GitLab's rules."""

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


def test_a_check_without_success_blocks_and_so_does_a_missing_one(
    project: Project, github: GitHub
) -> None:
    github.runs = [run_of("Run Tests", "cancelled"), run_of("Lint"), run_of("Deploy", "failure")]
    done = verify(project, github, "Run Tests", "Lint", "Scan")

    assert (done.told, done.signals) == ((10, "BLOCK"), ["ci", "ci"]), done.output
    assert "Run Tests: cancelled" in done.output
    assert "no check 'Scan' on this commit" in done.output


def test_it_waits_until_the_checks_are_complete(project: Project, github: GitHub) -> None:
    names = [f"Job {n}" for n in range(20)]
    github.runs = [run_of(name, None) for name in names]
    github.later = [run_of(name) for name in names]
    done = verify(project, github, *names, wait="10s")

    assert done.told == (0, "GO"), done.output
    assert done.record["checks"][0]["attempts"] > 2


def test_checks_share_their_questions(
    project: Project, github: GitHub, httpserver: HTTPServer
) -> None:
    names = [f"Job {n}" for n in range(20)]
    github.runs = [run_of(name) for name in names]
    done = verify(project, github, *names)

    assert done.told == (0, "GO"), done.output
    assert len(httpserver.log) < 12


def test_an_api_that_gives_no_answer_is_no_evidence(project: Project, github: GitHub) -> None:
    github.runs, github.code = [run_of("Run Tests")], 403
    done = verify(project, github, "Run Tests")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "the token may not read this" in done.output
    assert TOKEN not in done.output


def test_gitlab_is_the_other_provider(project: Project, httpserver: HTTPServer) -> None:
    lab = GitLab(httpserver)
    lab.pipelines = [pipeline(job("test 1/2"), job("test 2/2", "manual"), job("lint"))]
    ci = f'{{ provider = "gitlab", repository = "{PROJECT}", required = ["test", "lint"] }}'
    project.write(f"{HEAD}[release]\nci = {ci}\n").write("NAME=shop\n", ".env")
    done = project.run("suites/predeploy", **lab.environ)

    assert (done.told, done.signals) == ((10, "BLOCK"), ["ci"]), done.output
    assert "test 2/2: manual" in done.output
    assert lab.environ["GITLAB_TOKEN"] not in done.output
