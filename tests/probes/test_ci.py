"""What GitHub and GitLab say of a commit: only whole answers count, only success is one."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.observation import Observation
from gonogo.core.pipeline import Pipeline, RequiredCheck
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.pipeline import concluded, matches
from tests.doubles import github, gitlab
from tests.doubles.github import GitHub, run_of
from tests.doubles.gitlab import GitLab, job, pipeline

Judge = Callable[..., tuple[str, str]]


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    async def sleep(self, duration: float) -> None:
        self.time += duration


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(httpserver: HTTPServer) -> GitHub:
    return GitHub(httpserver)


@pytest.fixture
def lab(httpserver: HTTPServer) -> GitLab:
    return GitLab(httpserver)


@pytest.fixture
def judge(engine: Engine, clock: Clock) -> Judge:
    """Ask for one name at a double; twenty seconds are over at once."""

    def run(
        double: GitHub | GitLab, name: str = "Run Tests", commit: str = "", **more: Any
    ) -> tuple[str, str]:
        about: dict[str, Any] = {"api": double.url, "wait": 20.0, "every": 10.0}
        if isinstance(double, GitHub):
            about |= {"repository": github.REPOSITORY, "token": github.TOKEN}
        else:
            about |= {"repository": gitlab.PROJECT, "token": gitlab.TOKEN}
            about |= {"provider": "gitlab", "header": "PRIVATE-TOKEN"}
        commit = commit or (github.COMMIT if isinstance(double, GitHub) else gitlab.COMMIT)
        context = Context(engine.fetch, commit=commit, now=clock.now, sleep=clock.sleep)
        check = RequiredCheck("slug", name, Pipeline(**{**about, **more}))
        seen: Observation = engine.submit(concluded(context, check)).result(timeout=30)
        return str(seen.reading.outcome), seen.reading.text

    return run


BAD = ("failure", "cancelled", "skipped", "neutral", "timed_out", "stale", "action_required")


@pytest.mark.parametrize("conclusion", [*BAD, "startup_failure", "success", "unheard_of", ""])
def test_a_conclusion_of_github(hub: GitHub, judge: Judge, conclusion: str) -> None:
    hub.runs = [{**run_of("Run Tests"), "conclusion": conclusion or None}]
    known = {"success": "PASS", "unheard_of": "UNKNOWN", "": "UNKNOWN"}
    outcome, text = judge(hub)

    assert outcome == known.get(conclusion, "FAIL"), text
    if outcome != "PASS":
        assert text == f"Run Tests: {conclusion or 'no conclusion'}"


@pytest.mark.parametrize("status", ["queued", "in_progress", "waiting", "requested", "pending", ""])
def test_a_run_that_is_not_complete(hub: GitHub, judge: Judge, status: str) -> None:
    hub.runs = [{**run_of("Run Tests"), "status": status or None}]

    assert judge(hub) == ("UNKNOWN", f"Run Tests: {status or 'no state'}")


def test_a_rerun_replaces_the_run_before(hub: GitHub, judge: Judge) -> None:
    hub.runs = [run_of("Run Tests", "failure"), run_of("Run Tests")]
    assert judge(hub)[0] == "PASS"

    hub.runs = [run_of("Run Tests"), run_of("Run Tests", "failure")]
    assert judge(hub) == ("FAIL", "Run Tests: failure")


def test_a_rerun_is_found_whatever_the_order(hub: GitHub, judge: Judge) -> None:
    old, new = run_of("Run Tests", "failure"), run_of("Run Tests")
    hub.everything, hub.runs = True, [new, old]

    assert judge(hub)[0] == "PASS"


def test_of_two_suites_the_worst_stays(hub: GitHub, judge: Judge) -> None:
    hub.runs = [run_of("Run Tests", "failure", suite=1), run_of("Run Tests", suite=2)]

    assert judge(hub) == ("FAIL", "Run Tests: failure")


def test_another_app_may_not_speak_for_the_one_that_is_named(hub: GitHub, judge: Judge) -> None:
    hub.runs = [run_of("Run Tests", app="somebody")]
    hub.statuses = [{"context": "Run Tests", "state": "success"}]

    assert judge(hub)[0] == "PASS"
    assert judge(hub, app="github-actions") == ("FAIL", "no check 'Run Tests' on this commit")


def test_runs_and_statuses_of_one_name_are_both_required(hub: GitHub, judge: Judge) -> None:
    hub.runs = [run_of("Run Tests")]
    hub.statuses = [{"context": "Run Tests", "state": "error"}]

    assert judge(hub) == ("FAIL", "Run Tests: error")


def test_a_status_on_a_later_page_counts(hub: GitHub, judge: Judge) -> None:
    hub.statuses = [{"context": f"job {n}", "state": "success"} for n in range(230)]
    hub.statuses.append({"context": "Run Tests", "state": "failure"})

    assert judge(hub) == ("FAIL", "Run Tests: failure")


HALF: dict[str, tuple[dict[str, Any], str]] = {
    "fewer than it counts": ({"total": 3}, "gives 1 of 3 check_runs"),
    "another commit": ({"runs": [{**run_of("Run Tests"), "head_sha": "f" * 40}]}, "another commit"),
    "an empty list": ({"body": "[]"}, "holds no check_runs"),
    "a list of nothing": ({"body": '{"check_runs": [null]}'}, "holds no check_runs"),
    "a web page": ({"body": "<html>sign in</html>"}, "not JSON"),
    "not modified": ({"code": 304}, "304"),
    "server error": ({"code": 502}, "502"),
    "token refused": ({"code": 403}, "the token may not read this"),
    "used up": ({"code": 403, "headers": {"x-ratelimit-remaining": "0"}}, "rate limit"),
    "secondary": ({"code": 403, "body": '{"message": "a secondary rate limit"}'}, "rate limit"),
    "for long": ({"code": 429, "headers": {"Retry-After": "7200"}}, "120m00s"),
}


@pytest.mark.parametrize("case", HALF)
def test_half_an_answer_of_github_is_none(hub: GitHub, judge: Judge, case: str) -> None:
    hub.runs = [run_of("Run Tests")]
    changed, said = HALF[case]
    for name, value in changed.items():
        setattr(hub, name, value)
    outcome, text = judge(hub)

    assert (outcome, said in text) == ("UNKNOWN", True), text


def test_nobody_waits_for_what_will_not_come_in_time(
    hub: GitHub, judge: Judge, clock: Clock
) -> None:
    for code, headers in ((401, {}), (429, {"Retry-After": "7200"})):
        hub.code, hub.headers = code, headers
        judge(hub)

        assert clock.time == 0.0


def test_an_api_that_names_the_time_is_left_alone_for_it(
    hub: GitHub, judge: Judge, clock: Clock
) -> None:
    hub.runs = [run_of("Run Tests")]
    hub.code, hub.times, hub.headers = 403, 1, {"Retry-After": "20"}

    assert judge(hub)[0] == "PASS"
    assert clock.time == 20.0

    hub.times, hub.headers = 1, {"Retry-After": "90"}

    assert judge(hub, wait=300.0)[0] == "PASS"
    assert clock.time == 110.0


STATES = {"success": "PASS", **dict.fromkeys(("failed", "canceled", "skipped", "manual"), "FAIL")}
OPEN = ("created", "pending", "running", "scheduled", "waiting_for_resource", "preparing")


@pytest.mark.parametrize("state", [*STATES, *OPEN, "canceling", "unheard_of"])
def test_a_state_of_gitlab(lab: GitLab, judge: Judge, state: str) -> None:
    lab.pipelines = [pipeline(job("Run Tests", state), job("deploy", "failed"))]
    outcome, text = judge(lab)

    assert outcome == STATES.get(state, "UNKNOWN"), text
    if outcome != "PASS":
        assert text == f"Run Tests: {state}"


def test_a_job_that_may_fail_is_named_so(lab: GitLab, judge: Judge) -> None:
    lab.pipelines = [pipeline(job("Run Tests", "failed", allow_failure=True))]

    assert judge(lab) == ("FAIL", "Run Tests: failed, and allowed to fail")


TWO = pipeline(job("Run Tests", "failed")), pipeline(job("Run Tests"))
PIPELINES: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "the newest speaks": (list(TWO), "PASS", ""),
    "the newest speaks, against": ([*TWO, pipeline(job("Run Tests", "failed"))], "FAIL", "failed"),
    "a nightly one without the job": (
        [pipeline(job("Run Tests")), pipeline(job("sweep"), source="schedule")],
        "PASS",
        "",
    ),
    "a tag's without the job": (
        [pipeline(job("Run Tests")), pipeline(job("publish"), ref="v1")],
        "PASS",
        "",
    ),
    "a newer one of the same branch without the job": (
        [pipeline(job("Run Tests")), pipeline(job("other"))],
        "FAIL",
        "no check",
    ),
    "of a merge request": (
        [
            pipeline(
                job("Run Tests"), source="merge_request_event", ref="refs/merge-requests/1/head"
            )
        ],
        "PASS",
        "",
    ),
    "the newer one of two sources speaks": (
        [pipeline(job("Run Tests")), pipeline(job("Run Tests", "failed"), source="web")],
        "FAIL",
        "failed",
    ),
    "only in a child": (
        [pipeline(job("Run Tests"), source="parent_pipeline")],
        "FAIL",
        "no check",
    ),
    "a trigger": ([pipeline(job("Run Tests", "failed", bridge=True))], "FAIL", "failed"),
    "retried": (
        [pipeline(job("Run Tests", "failed", retried=True), job("Run Tests"))],
        "PASS",
        "",
    ),
    "being made": ([TWO[1], pipeline(status="created")], "UNKNOWN", "has no jobs yet"),
    "none": ([], "FAIL", "no check"),
    "a matrix": (
        [pipeline(job("Run Tests: [3.11, x]"), job("Run Tests: [3.12, x]", "failed"))],
        "FAIL",
        "Run Tests: [3.12, x]: failed",
    ),
    "parts": ([pipeline(job("Run Tests 1/2"), job("Run Tests 2/2"))], "PASS", "2 succeeded"),
}


@pytest.mark.parametrize("case", PIPELINES)
def test_which_pipeline_of_a_commit_speaks(lab: GitLab, judge: Judge, case: str) -> None:
    lab.pipelines, expected, said = PIPELINES[case]
    outcome, text = judge(lab)

    assert (outcome, said in text) == (expected, True), text


@pytest.mark.parametrize("keyset", [False, True])
def test_a_job_on_a_later_page_is_found(lab: GitLab, judge: Judge, *, keyset: bool) -> None:
    lab.keyset = keyset
    lab.pipelines = [pipeline(*(job(f"job {n}") for n in range(200)), job("Run Tests", "failed"))]

    assert judge(lab) == ("FAIL", "Run Tests: failed")


def test_exactly_one_full_page_is_whole(lab: GitLab, judge: Judge) -> None:
    lab.pipelines = [pipeline(job("Run Tests"), *(job(f"job {n}") for n in range(99)))]

    assert judge(lab)[0] == "PASS"


def test_statuses_of_others_count_where_no_job_has_the_name(lab: GitLab, judge: Judge) -> None:
    lab.pipelines = [pipeline(job("Run Tests"))]
    lab.statuses = [job("scanner", "failed"), job("scanner"), job("Run Tests", "failed")]

    assert judge(lab)[0] == "PASS"
    assert judge(lab, "scanner")[0] == "PASS"

    lab.statuses.append(job("scanner", "failed"))

    assert judge(lab, "scanner") == ("FAIL", "scanner: failed")


def test_gitlab_wants_the_commit_in_full(lab: GitLab, judge: Judge) -> None:
    lab.pipelines = [pipeline(job("Run Tests"))]

    assert judge(lab, commit=gitlab.COMMIT[:8])[0] == "PASS"
    assert judge(lab, commit="fffffff")[0] == "UNKNOWN"


def test_it_waits_until_the_pipeline_is_complete(lab: GitLab, judge: Judge, clock: Clock) -> None:
    lab.pipelines, lab.later = [pipeline(job("Run Tests", "running"))], [pipeline(job("Run Tests"))]

    assert judge(lab)[0] == "PASS"
    assert clock.time == 20.0


LAB: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "token refused": ({}, {"token": "forgotten"}, "the token may not read this"),
    "no token": ({}, {"token": None}, "the token may not read this"),
    "another project": ({}, {"repository": "acme/other"}, "may not see it"),
    "rate limit": ({"code": 429, "headers": {"Retry-After": "600"}}, {}, "10m00s"),
    "server error": ({"code": 500}, {}, "500"),
    "a web page": ({"body": "<html>sign in</html>"}, {}, "not JSON"),
    "an object": ({"body": '{"message": "?"}'}, {}, "no list of pipelines"),
    "a list of nothing": ({"body": "[null]"}, {}, "no list of pipelines"),
    "another commit": ({"body": '[{"id": 1, "sha": "ffffffff"}]'}, {}, "another commit"),
}


@pytest.mark.parametrize("case", LAB)
def test_half_an_answer_of_gitlab_is_none(lab: GitLab, judge: Judge, case: str) -> None:
    changed, asked, said = LAB[case]
    lab.pipelines = [pipeline(job("Run Tests"))]
    for name, value in changed.items():
        setattr(lab, name, value)
    outcome, text = judge(lab, **asked)

    assert (outcome, said in text) == ("UNKNOWN", True), text


def test_a_next_page_elsewhere_is_not_asked(
    lab: GitLab, judge: Judge, httpserver: HTTPServer
) -> None:
    lab.body, lab.headers = "[]", {"Link": '<http://other.example/x>; rel="next"'}

    assert "lies on another host" in judge(lab)[1]
    assert len(httpserver.log) > 0


def test_the_token_of_a_job_has_a_header_of_its_own(lab: GitLab, judge: Judge) -> None:
    lab.pipelines = [pipeline(job("Run Tests"))]

    assert judge(lab, token=gitlab.JOB_TOKEN, header="JOB-TOKEN")[0] == "PASS"
    outcome, text = judge(lab, token=gitlab.JOB_TOKEN)
    assert (outcome, text.endswith("fix: GITLAB_TOKEN with read_api")) == ("UNKNOWN", True)


@pytest.mark.parametrize(
    ("wanted", "name", "same"),
    [
        ("Run Tests", "Run Tests", True),
        ("Run Tests", "Run Tests (3.12)", True),
        ("Run Tests", "Run Tests: [a, b]", True),
        ("Run Tests", "Run Tests 1/3", True),
        ("Run *", "Run Tests", True),
        ("Run Tests", "Run Tests 1", False),
        ("Run Tests", "Run Tests 1/3x", False),
        ("Run Tests", "run tests", False),
        ("Run", "Run Tests", False),
    ],
)
def test_which_names_belong_to_a_check(wanted: str, name: str, *, same: bool) -> None:
    assert matches(wanted, name) is same
