"""`gonogo github` against a double that keeps GitHub's own rules."""

import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.cli import github as command
from gonogo.cli import main
from tests.cli.github_scene import LIVE, SLOW, Scene
from tests.doubles.github import REPOSITORY, TOKEN
from tests.doubles.github_places import SHA, Places

EVERYTHING = ("--comment", "--status", "--deployment", "--issue", "--dispatch", "monitor.yml")
HEAD = "f" * 40


@pytest.fixture
def hub(httpserver: HTTPServer) -> Places:
    return Places(httpserver)


@pytest.fixture
def scene(
    tmp_path: Path,
    hub: Places,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Scene:
    return Scene(tmp_path, hub, capsys, monkeypatch)


def test_an_issue_lives_as_long_as_the_failure(scene: Scene, hub: Places) -> None:
    scene.decided("ROLLBACK", LIVE)

    assert "opened #1" in scene.tell("--issue")
    (issue,) = hub.issues
    assert issue["title"] == "shop @ production: ROLLBACK: http-5xx api"
    assert [label["name"] for label in issue["labels"]] == ["deployment-alert", "urgent"]
    assert hub.labels["urgent"] == "d93f0b"

    lost = {"decision": "INCONCLUSIVE", "signal": "ledger", "check": "x::y"}
    for other in ({"message": "-> 500 in 7ms"}, lost):  # what was measured, and what did not run
        scene.decided("ROLLBACK", {**LIVE, "message": "-> 500"}, {**LIVE, **other})
        assert "unchanged, #1" in scene.tell("--issue")
    scene.decided("INCONCLUSIVE")
    assert "left as it is: INCONCLUSIVE" in scene.tell("--issue")
    scene.decided("GO", scope="partial")
    assert "left as it is: GO" in scene.tell("--issue")
    assert (len(hub.issues), issue["state"], hub.comments) == (1, "open", [])

    issue["labels"].append({"name": "team-a"})  # people sort their issues
    scene.decided("HOLD", SLOW)
    assert "changed #1" in scene.tell("--issue")
    assert "unchanged, #1" in scene.tell("--issue")
    assert issue["title"] == "shop @ production: HOLD: slow web"
    assert [label["name"] for label in issue["labels"]] == ["deployment-alert", "team-a"]
    assert [comment["body"].splitlines()[0] for comment in hub.comments] == ["Now **HOLD**."]

    scene.decided("GO")
    assert "closed #1" in scene.tell("--issue")
    assert "nothing to close" in scene.tell("--issue")
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert [c["body"].splitlines()[0] for c in hub.comments][1:] == ["Recovered: **GO**."]

    scene.decided("BLOCK", LIVE)
    assert "opened #2" in scene.tell("--issue")
    assert [each["state"] for each in hub.issues] == ["closed", "open"]


def test_an_issue_of_ours_is_told_from_others(scene: Scene, hub: Places) -> None:
    """Another target's, a person's, a pull request's, and on the second page."""
    alert = {"labels": [{"name": "deployment-alert"}], "state": "open", "title": "x"}
    scene.decided("HOLD", SLOW, target="staging")
    scene.tell("--issue")
    quoted = f"he said:\n{hub.issues[0]['body'].replace('staging', 'production')}"
    copied = {**hub.issues[0], "body": quoted.partition("\n")[2], "pull_request": {}, "number": 7}
    hub.issues += [
        {**alert, "number": n, "body": quoted if n % 2 else None} for n in range(900, 1030)
    ]
    hub.issues.append(copied)
    scene.decided("HOLD", SLOW)

    assert "opened #2" in scene.tell("--issue")
    hub.issues[-1]["number"] = 5000
    assert "unchanged, #5000" in scene.tell("--issue")


@pytest.mark.parametrize("more", [{"stage": "predeploy"}, {"snapshot": True}], ids=str)
def test_a_go_about_something_else_ends_no_alert(
    scene: Scene, hub: Places, more: dict[str, Any]
) -> None:
    """Neither what a release may do, nor how the version before answered, is a recovery."""
    scene.decided("ROLLBACK", LIVE)
    scene.tell("--issue")
    scene.decided("GO", **more)
    scene.tell("--issue")

    assert [each["state"] for each in hub.issues] == ["open"]


def test_a_release_that_may_not_go_there_has_an_issue_of_its_own(scene: Scene, hub: Places) -> None:
    scene.decided("BLOCK", LIVE, stage="predeploy")
    scene.tell("--issue")
    scene.decided("GO")
    scene.tell("--issue")
    states = [hub.issues[0]["state"]]
    scene.decided("GO", stage="predeploy")
    scene.tell("--issue")

    assert [*states, hub.issues[0]["state"]] == ["open", "closed"]


def test_a_label_that_may_not_be_set_is_mentioned(scene: Scene, hub: Places) -> None:
    hub.pushes = False
    hub.refuse = {"/labels": (403, {"message": "no"}, {})}
    scene.decided("HOLD", SLOW)

    assert "opened #1, without its label" in scene.tell("--issue")


STATES = {
    ("GO", "complete", "postdeploy"): ("success", "success"),
    ("GO", "complete", "scheduled"): ("success", "success"),
    ("GO", "complete", "predeploy"): ("success", "pending"),
    ("GO", "partial", "postdeploy"): ("pending", "pending"),
    ("BLOCK", "complete", "predeploy"): ("failure", "failure"),
    ("ROLLBACK", "complete", "postdeploy"): ("failure", "failure"),
    ("ROLLBACK", "partial", "postdeploy"): ("failure", "failure"),
    ("HOLD", "complete", "postdeploy"): ("failure", "failure"),
    ("INCONCLUSIVE", "complete", "postdeploy"): ("error", "error"),
}


@pytest.mark.parametrize("case", STATES)
def test_states(scene: Scene, hub: Places, case: tuple[str, str, str]) -> None:
    decision, scope, stage = case
    long = {**LIVE, "message": "x" * 500}
    scene.decided(decision, *([] if decision == "GO" else [long]), scope=scope, stage=stage)
    first = scene.tell("--status", "--deployment")
    again = scene.tell("--status", "--deployment")

    assert "not told" not in first + again
    assert again.count("unchanged, ") == 2
    (status,), (deployed,), (deployment,) = hub.statuses, hub.deployed, hub.deployments
    assert (status["state"], deployed["state"]) == STATES[case]
    assert status["context"] == "gonogo/production"
    assert status["description"].startswith(decision)
    assert status["target_url"] == f"https://github.example/{REPOSITORY}/actions/runs/77"
    assert deployed["log_url"] == status["target_url"]
    assert deployed["environment_url"] == "https://shop.example"
    assert (deployment["environment"], deployment["sha"]) == ("production", SHA)


def test_a_deployment_that_exists_is_used_and_undone(scene: Scene, hub: Places) -> None:
    scene.decided("ROLLBACK", LIVE)
    run_id = json.loads(scene.file.read_text())["run_id"]
    undone = {"run_id": run_id, "exit_code": 30}
    (scene.file.parent / "rollback.json").write_text(json.dumps(undone))
    assert "failure of production: deployment 9" in scene.tell(
        "--deployment", "--deployment-id", "9"
    )
    (scene.file.parents[1] / "rollback.json").write_text(json.dumps({**undone, "exit_code": 0}))
    assert "inactive of production" in scene.tell("--deployment", "--deployment-id", "9")
    assert hub.deployments == []
    assert hub.deployed[-1]["description"] == "rolled back, and the version before was verified"


PULLS: dict[str, tuple[tuple[str, ...], Any, list[dict[str, Any]], list[int]]] = {
    "given": (("--pr", "5"), {"pull_request": {"number": 6}}, [], [5]),
    "the event": ((), {"pull_request": {"number": 6}}, [], [6]),
    "a comment's event": ((), {"issue": {"number": 7, "pull_request": {}}}, [], [7]),
    "an issue's event": ((), {"issue": {"number": 7}}, [], []),
    "a run's event": ((), {"workflow_run": {"pull_requests": [{"number": 8}]}}, [], [8]),
    "of the commit": (
        (),
        {},
        [{"number": 3, "state": "closed"}, {"number": 4, "state": "open"}],
        [4],
    ),
    "merged": ((), {}, [{"number": 3, "state": "closed"}], [3]),
    "a broken event": ((), [1], [{"number": 4, "state": "open"}], [4]),
    "none": ((), {}, [], []),
}


@pytest.mark.parametrize("case", PULLS)
def test_a_comment_finds_its_pull_request(scene: Scene, hub: Places, case: str) -> None:
    words, event, hub.pulls, expected = PULLS[case]
    scene.event(event)
    said = scene.tell("--comment", *words)

    assert [each["issue"] for each in hub.comments] == expected
    assert ("no pull request holds this commit" in said) == (not expected)


def test_a_comment_is_changed_in_place(scene: Scene, hub: Places) -> None:
    hub.comments = [{"id": n, "issue": 5, "body": "a person"} for n in range(1000, 1150)]
    assert "written on #5" in scene.tell("--comment", "--pr", "5")
    assert "unchanged on #5" in scene.tell("--comment", "--pr", "5")
    ours = hub.comments[-1]
    for said in (
        "### gonogo: GO for production",
        "https://shop.example",
        "`a1b2c3d`",
        "31 of 33 passed",
        "runs/77",
    ):
        assert said in ours["body"]

    scene.decided("ROLLBACK", LIVE)
    assert "changed on #5" in scene.tell("--comment", "--pr", "5")
    assert "| ROLLBACK | `http-5xx` | `api` | `GET https://shop.example/health" in ours["body"]
    scene.decided("GO", target="staging")
    assert "written on #5" in scene.tell("--comment", "--pr", "5")
    assert len(hub.comments) == 152


def test_what_a_target_says_calls_nobody(scene: Scene, hub: Places) -> None:
    evil = {**LIVE, "message": "@acme/all `</td>` #1 | <!-- gonogo:x -->\n![](http://x)"}
    scene.decided("HOLD", evil, {**evil, "message": "y" * 10**6})
    scene.tell("--comment", "--pr", "5", "--issue")

    for body in (hub.comments[0]["body"], hub.issues[0]["body"]):
        assert "| `@acme/all '</td>' #1 \\| <!-- gonogo:x --> ![](http://x)` |" in body
        assert len(body) < 65536


COMMITS: dict[str, tuple[dict[str, Any], Any, tuple[str, ...], str]] = {
    "the record's": ({"commit": HEAD}, {}, (), HEAD),
    "abbreviated": ({"commit": "a1b2c3d"}, {}, (), SHA),
    "the job's": ({}, {}, (), SHA),
    "given": ({"commit": HEAD}, {}, ("--commit", SHA), SHA),
    "a pull request's": ({"commit": SHA}, {"pull_request": {"head": {"sha": HEAD}}}, (), HEAD),
    "what serves": ({"observed_commit": HEAD}, {}, (), HEAD),
}


@pytest.mark.parametrize("case", COMMITS)
def test_which_commit(scene: Scene, hub: Places, case: str) -> None:
    deployment, event, words, expected = COMMITS[case]
    scene.event(event)
    scene.decided("GO", deployment=deployment)
    scene.tell("--status", *words)

    assert [each["sha"] for each in hub.statuses] == [expected]


def test_a_commit_that_is_not_the_jobs(
    scene: Scene, hub: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.decided("GO", stage="scheduled", deployment={})
    assert "which commit? give --commit" in scene.tell("--status")
    monkeypatch.setenv("GITHUB_SHA", HEAD)
    assert "success on a1b2c3d" in scene.tell("--status", "--commit", "a1b2c3d")
    assert "No commit found for b1b2c3d" in scene.tell("--status", "--commit", "b1b2c3d")
    assert len(hub.statuses) == 1


def test_monitoring_is_started_once_for_a_record(scene: Scene, hub: Places) -> None:
    words = ("--dispatch", "monitor.yml", "--input", "targets=staging production")
    assert "which branch or tag? give --ref" in scene.tell(*words)
    scene.event({"repository": {"default_branch": "main"}})
    assert "monitor.yml started at main" in scene.tell(*words)
    assert "started already" in scene.tell(*words)
    scene.decided("HOLD", SLOW)
    assert "No ref found for: v9" in scene.tell(*words, "--ref", "v9")
    assert "Unexpected inputs" in scene.tell(*words, "--input", "x=1")
    assert "monitor.yml started at main" in scene.tell(*words)
    scene.decided("BLOCK", LIVE)
    assert "was not started" in scene.tell(*words)
    scene.decided("GO", stage="predeploy")
    assert "was not started" in scene.tell(*words)
    assert hub.dispatched == [{"ref": "main", "inputs": {"targets": "staging production"}}] * 2


BAD: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "is not JSON"),
    "deep": ("[" * 10**5, "is not JSON"),
    "not ours": ("{}", "is no record of schema 1"),
    "a part of one": ('{"schema": 1, "decision": "GO"}', "is not a whole record (KeyError"),
    "another word": ('{"schema": 1, "decision": "YES", "target": "t"}', "not a valid Decision"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_record_that_says_nothing(scene: Scene, hub: Places, case: str) -> None:
    text, why = BAD[case]
    scene.file.write_text(text)
    said = scene.tell(*EVERYTHING)

    assert said.startswith("gonogo github: error ")
    assert why in said
    assert said.count("\n") == 1
    assert scene.strictly(*EVERYTHING)[0] == 1
    assert hub.asked == []


def test_a_record_that_is_old_or_not_decided(scene: Scene, hub: Places) -> None:
    scene.decided("GO", expires_at="2026-01-01T00:00:00Z")
    assert "expired at 2026-01-01" in scene.tell(*EVERYTHING)
    scene.file.unlink()
    assert "cannot be read: No such file" in scene.tell(*EVERYTHING)
    assert hub.asked == []
    scene.decided("PENDING", counts=None)
    code, said = scene.strictly(*EVERYTHING)
    assert (code, said.count("the run has not decided (PENDING)")) == (1, 4)
    assert [each["state"] for each in hub.statuses] == ["pending"]
    assert hub.written == [f"POST /repos/{REPOSITORY}/statuses/{SHA}"]


def test_a_run_in_shadow_sets_nothing(scene: Scene, hub: Places) -> None:
    scene.decided("ROLLBACK", LIVE, shadow=True, exit_code=0)
    code, said = scene.strictly("--status", "--deployment", "--issue", "--comment", "--pr", "5")

    assert (code, said.count("the run was in shadow")) == (0, 3)
    assert "### gonogo: ROLLBACK for production (shadow)" in hub.comments[0]["body"]
    assert len(hub.written) == 1


@pytest.mark.parametrize(
    ("recorded", "step", "state"),
    [
        ("GO", "HOLD", "failure"),
        ("GO", "", "error"),
        ("GO", "what", "error"),
        ("GO", "GO", "success"),
        ("ROLLBACK", "GO", "failure"),
        ("INCONCLUSIVE", "GO", "error"),
    ],
)
def test_the_worse_of_step_and_record_is_told(
    scene: Scene, hub: Places, recorded: str, step: str, state: str
) -> None:
    """The deploy command failed, and what serves is well: the record alone says GO."""
    scene.decided(recorded, *([] if recorded == "GO" else [LIVE]))
    scene.tell("--status", f"--decision={step}")

    assert [each["state"] for each in hub.statuses] == [state]


def test_without_a_token_nobody_is_asked(
    scene: Scene, hub: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "no GITHUB_TOKEN: nobody was told" in scene.tell(*EVERYTHING)
    assert scene.strictly(*EVERYTHING)[0] == 1
    assert hub.asked == []


REFUSED: dict[str, tuple[int, Any, dict[str, str], str]] = {
    "not allowed": (
        403,
        {"message": "Resource not accessible by integration"},
        {},
        "by integration); fix: give the job `permissions: { issues: write }`",
    ),
    "not seen": (
        404,
        {"message": "Not Found"},
        {},
        "fix: give the job `permissions: { issues: write }`",
    ),
    "switched off": (
        410,
        {"message": "Issues are disabled for this repo"},
        {},
        "Issues are disabled",
    ),
    "not valid": (
        422,
        {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]},
        {},
        "(Validation Failed: title missing)",
    ),
    "no token of ours": (401, {"message": "Bad credentials"}, {}, "the token is not accepted"),
    "limited for long": (429, {}, {"Retry-After": "3600"}, "the rate limit is used up for 60m00s"),
    "limited, as GitHub says it": (
        403,
        {"message": "API rate limit exceeded"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4000000000"},
        "the rate limit is used up",
    ),
    "moved to another host": (
        307,
        {},
        {"Location": "https://evil.example/repos/x"},
        "a redirect to another host is not followed",
    ),
    "an echo": (422, {"message": f"no token {TOKEN}"}, {}, "(no token [redacted])"),
    "not JSON": (200, None, {}, "the body is"),
    "another shape": (200, {"a": 1}, {}, "holds no list"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_explained_and_changes_nothing(scene: Scene, hub: Places, case: str) -> None:
    code, body, headers, why = REFUSED[case]
    hub.refuse = {"/issues": (code, body, headers)}
    scene.decided("HOLD", SLOW)
    said = scene.tell("--issue", "--status")

    assert "gonogo github: issue      not told: " in said
    assert why in said
    assert "gonogo github: status     failure on a1b2c3d" in said  # the others are told
    assert scene.strictly("--issue")[0] == 1


def test_a_silent_github_takes_no_more_than_its_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr(command, "IN_ALL_S", 0.5)
        began = time.monotonic()
        said = scene.tell("--status", "--issue", "--comment", "--pr", "5")

    assert said.count("not told: ") == 3
    assert said.count("no time left to ask GitHub") == 2
    assert time.monotonic() - began < 10


def test_a_limited_request_is_sent_again(scene: Scene, hub: Places) -> None:
    limited = hub.refuse = {"POST": (403, {"message": "secondary"}, {"Retry-After": "1"})}

    class Once(dict[str, Any]):
        def items(self) -> Any:
            found = list(super().items())
            if any(method == "POST" for method, *_ in hub.asked):
                self.clear()
            return found

    hub.refuse = Once(limited)

    assert "success on a1b2c3d" in scene.tell("--status")
    assert hub.written == [f"POST /repos/{REPOSITORY}/statuses/{SHA}"] * 2


def test_a_renamed_repository_is_followed(scene: Scene, hub: Places) -> None:
    old = "/repos/acme/old-name"
    hub.refuse = {old: (307, {}, {"Location": f"{hub.url}/repos/{REPOSITORY}/statuses/{SHA}"})}
    hub.refuse["GET /repos/acme/old-name"] = (200, {"statuses": []}, {})
    hub.refuse = dict(reversed(hub.refuse.items()))
    said = scene.tell("--status", "--repository", "acme/old-name")

    assert "success on a1b2c3d" in said
    assert [each["state"] for each in hub.statuses] == ["success"]


@pytest.mark.parametrize(
    "words", [(), ("--pr", "5"), ("--issue", "--pr", "x"), ("--issue", "--input", "novalue")]
)
def test_a_call_that_makes_no_sense(scene: Scene, words: tuple[str, ...]) -> None:
    try:
        code = main(["github", str(scene.file), *words])
    except SystemExit as error:
        code = error.code  # type: ignore[assignment]

    assert code == 4


@pytest.mark.parametrize("name", ["", "acme", "acme/", "a/b/c"])
def test_a_repository_has_an_owner(scene: Scene, hub: Places, name: str) -> None:
    words = ("--issue", "--repository", name) if name else ("--issue",)
    if not name:
        scene.decided("GO")
        words = ("--issue", "--repository", "/")

    assert "which repository?" in scene.tell(*words)
    assert hub.asked == []
