"""The checks of a commit, from a loopback server that keeps GitHub's rules."""

import json

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.github import TOKEN, GitHub, run_of
from tests.runs import Done, Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
CI = '[release]\nci = {{ repository = "acme/shop", required = {}, wait = "{}", every = "50ms" }}\n'


@pytest.fixture
def github(httpserver: HTTPServer) -> GitHub:
    return GitHub(httpserver)


def verify(project: Project, github: GitHub, *required: str, wait: str = "300ms") -> Done:
    project.write(HEAD + CI.format(json.dumps(required), wait)).write("NAME=shop\n", ".env")
    return project.run("suites/predeploy", **github.environ)


BAD = ("failure", "cancelled", "skipped", "neutral", "timed_out", "stale", "action_required")


@pytest.mark.parametrize("conclusion", ["success", *BAD])
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


def test_every_job_of_a_matrix_counts(project: Project, github: GitHub) -> None:
    github.runs = [run_of("Run Tests (3.11)"), run_of("Run Tests (3.12)", "failure")]
    done = verify(project, github, "Run Tests")

    assert done.told == (10, "BLOCK"), done.output
    assert "Run Tests (3.12): failure" in done.output


def test_a_check_on_a_later_page_is_found(project: Project, github: GitHub) -> None:
    github.runs = [run_of(f"Job {n}") for n in range(150)] + [run_of("Run Tests")]

    assert verify(project, github, "Run Tests").told == (0, "GO")


def test_commit_statuses_count_as_well(project: Project, github: GitHub) -> None:
    github.statuses = [{"context": "ci/other", "state": "failure"}]
    done = verify(project, github, "ci/other")

    assert done.told == (10, "BLOCK"), done.output


def test_it_waits_until_the_checks_are_complete(project: Project, github: GitHub) -> None:
    github.runs, github.later = [run_of("Run Tests", None)], [run_of("Run Tests")]
    done = verify(project, github, "Run Tests", wait="10s")

    assert done.told == (0, "GO"), done.output
    assert done.record["checks"][0]["attempts"] > 2


def test_a_check_that_still_runs_is_no_evidence(project: Project, github: GitHub) -> None:
    github.runs = [run_of("Run Tests", None)]
    done = verify(project, github, "Run Tests")

    assert done.told == (40, "INCONCLUSIVE"), done.output


@pytest.mark.parametrize(
    ("code", "said"), [(500, "500"), (403, "the token may not read this"), (429, "rate limit")]
)
def test_an_api_that_gives_no_answer_is_no_evidence(
    project: Project, github: GitHub, code: int, said: str
) -> None:
    github.runs, github.code = [run_of("Run Tests")], code
    done = verify(project, github, "Run Tests")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert said in done.output
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
