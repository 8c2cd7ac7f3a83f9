"""The watch suite, in whole runs: short windows over real sockets."""

import json
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gonogo.core.baseline import Baseline, Call
from gonogo.plugin.baseline import looked_at
from tests.runs import Done, Project, in_turn, quick

WATCH = '[watch]\nrate = "60/s"\nhealth-every = "200ms"\nresources-every = "200ms"\n'
ROUTE = '[endpoints."api/list"]\npath = "/list"\n'


@pytest.fixture
def served(project: Project, httpserver: HTTPServer) -> Project:
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    httpserver.expect_request("/list").respond_with_data("[]")
    return project.write(quick(httpserver.url_for(""), more=WATCH + ROUTE))


def test_a_quiet_window_is_a_go(served: Project) -> None:
    done = served.run("suites/watch", "--gonogo-watch", "2s")

    assert done.told == (0, "GO"), done.output
    assert {check["slug"] for check in done.record["checks"]} == {
        "api/health",
        "calls/errors",
        "calls/latency",
    }
    assert done.record["watch"]["course"] == "accept"
    assert done.record["watch"]["reason"].endswith("latency not compared")
    assert "not compared: no baseline" in done.output


def test_errors_at_the_end_of_a_short_window(served: Project, httpserver: HTTPServer) -> None:
    httpserver.clear()
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    httpserver.expect_request("/list").respond_with_data("", status=500)

    done = served.run("suites/watch", "--gonogo-watch", "2s")

    reason = done.record["reasons"][0]
    assert (reason["signal"], reason["decision"]) in {
        ("error-rate", "HOLD"),
        ("error-rate", "ROLLBACK"),
    }, done.output
    assert reason["observed"] == "100.0%"


def test_a_release_that_never_was_well_is_not_watched(
    served: Project, httpserver: HTTPServer
) -> None:
    httpserver.clear()
    httpserver.expect_request("/health").respond_with_data("", status=503)

    done = served.run("suites/watch", "--gonogo-watch", "60s", "-k", "calls")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "not watched, level 1 of api failed" in done.output
    assert done.seconds < 30


def test_it_breaks_within_the_window(served: Project, httpserver: HTTPServer) -> None:
    httpserver.clear()
    well = [Response('{"status": "ok"}', mimetype="application/json")] * 6
    answers = in_turn(*well, Response("", 503))
    httpserver.expect_request("/health").respond_with_handler(answers)
    httpserver.expect_request("/list").respond_with_data("[]")

    done = served.run("suites/watch", "--gonogo-watch", "60s")

    assert done.told == (20, "ROLLBACK"), done.output
    reason = done.record["reasons"][0]
    assert (reason["signal"], reason["confirmed_by"]) == ("http-5xx", "3 consecutive")
    assert done.seconds < 30


class TestBaseline:
    """Sampled before the deploy, compared with after it."""

    def test_it_is_kept_and_compared_with(self, served: Project) -> None:
        before = served.run("suites/watch", "--gonogo-baseline", "1s")
        kept = json.loads((served.folder / "reports/out/baseline.json").read_text())
        after = served.run("suites/watch", "--gonogo-watch", "2s")

        assert before.told == (0, "GO"), before.output
        assert (before.record["snapshot"], before.record["stage"]) == (True, "predeploy")
        assert kept["target"] == "t"
        assert kept["baseline"]["routes"]["api/list"]["count"] >= 20
        assert "calls compared" in after.output or after.told == (0, "GO"), after.output
        assert "not compared" not in after.record["watch"]["reason"]

    def test_slower_than_it_is_told(self, served: Project, httpserver: HTTPServer) -> None:
        before = Baseline.of(Call("api/list", True, 0.004 + 0.00001 * i) for i in range(400))
        kept = {"target": "t", "at": time.time(), "baseline": before.flat()}
        served.write(json.dumps(kept), "reports/out/baseline.json")
        httpserver.clear()
        httpserver.expect_request("/health").respond_with_json({"status": "ok"})

        def slow(_request: Request) -> Response:
            time.sleep(0.1)
            return Response("[]")

        httpserver.expect_request("/list").respond_with_handler(slow)
        slower = WATCH.replace("60/s", "8/s")
        served.write(quick(httpserver.url_for(""), more=slower + ROUTE))

        done = served.run("suites/watch", "--gonogo-watch", "5s")

        assert done.record["decision"] in {"HOLD", "ROLLBACK"}, done.output
        assert done.record["reasons"][0]["signal"] == "latency"

    def test_it_comes_from_the_history(self, served: Project, httpserver: HTTPServer) -> None:
        history = '[history]\nurl = "sqlite:///history.sqlite"\n'
        served.write(quick(httpserver.url_for(""), more=WATCH + ROUTE + history))
        served.run("suites/watch", "--gonogo-watch", "2s", "--gonogo-commit", "a" * 40)

        done = served.run("suites/watch", "--gonogo-watch", "2s", "--gonogo-commit", "b" * 40)

        assert "not compared" not in done.record["watch"]["reason"], done.output

    def test_what_fails_before_a_deploy_is_no_rollback(
        self, served: Project, httpserver: HTTPServer
    ) -> None:
        httpserver.clear()
        httpserver.expect_request("/health").respond_with_data("", status=503)
        httpserver.expect_request("/list").respond_with_data("[]")

        done = served.run("suites/watch", "--gonogo-baseline", "1s")

        assert done.told == (10, "BLOCK"), done.output


def test_a_window_that_another_trigger_has_ended_proves_nothing(
    served: Project, httpserver: HTTPServer
) -> None:
    httpserver.clear()
    well = [Response('{"status": "ok"}', mimetype="application/json")] * 6
    httpserver.expect_request("/health").respond_with_handler(in_turn(*well, Response("", 503)))
    httpserver.expect_request("/list").respond_with_data("[]")

    done = served.run("suites/watch", "--gonogo-watch", "60s", "-k", "calls")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "the watch was cut short by api/health: " in done.output
    assert done.record["scope"] == "partial"


def test_two_versions_that_answer_in_turn_are_a_hold(
    served: Project, httpserver: HTTPServer
) -> None:
    old, new = (Response(f'{{"version": "{each * 7}"}}') for each in "ab")
    answers = in_turn(*[new] * 8, *[old, new] * 200)
    httpserver.expect_request("/version").respond_with_handler(answers)
    version = 'version = { path = "/version", field = "version", wait = "1s" }'
    served.write(quick(httpserver.url_for(""), service=version, more=WATCH + ROUTE))

    done = served.run("suites/watch", "--gonogo-watch", "4s", "--gonogo-commit", "b" * 7)

    assert done.told == (30, "HOLD"), done.output
    reason = done.record["reasons"][0]
    assert (reason["signal"], reason["confirmed_by"]) == ("not-live", "mixed")


def test_a_baseline_that_cannot_be_read_is_no_go(served: Project) -> None:
    served.write("{", "reports/out/baseline.json")

    done = served.run("suites/watch", "--gonogo-watch", "1s", "-k", "calls")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "baseline.json cannot be read; fix: " in done.output


@pytest.mark.parametrize(
    ("target", "age", "said"),
    [
        ("t", 60.0, None),
        ("other", 60.0, "is that of another target"),
        ("t", 90_000.0, "is 1500m00s old"),
        ("t", -60.0, "is of the future"),
        ("t", float("nan"), "is of the future"),
        ("t", "soon", "cannot be read"),
    ],
)
def test_only_a_fresh_baseline_of_ours_is_used(
    tmp_path: Path, target: str, age: Any, said: str | None
) -> None:
    at = time.time() - age if isinstance(age, float) else age
    baseline = Baseline.of([Call("/", True, 0.1)] * 20).flat()
    text = json.dumps({"target": target, "at": at, "baseline": baseline})
    (tmp_path / "baseline.json").write_text(text)
    plan = SimpleNamespace(target=SimpleNamespace(name="t"))
    run: Any = SimpleNamespace(options=SimpleNamespace(report_dir=str(tmp_path)), plan=plan)

    found, problem = looked_at(run)

    assert (found is not None) == (said is None)
    assert (said or "") in problem


def test_a_signal_after_a_confirmed_failure_lets_it_stand(
    served: Project, httpserver: HTTPServer
) -> None:
    httpserver.clear()
    httpserver.expect_request("/health").respond_with_json({"status": "ok", "redis": "down"})
    httpserver.expect_request("/list").respond_with_data("[]")
    more = WATCH + ROUTE + '[dependencies."api/redis"]\n'
    served.write(quick(httpserver.url_for(""), service='ready = "/health"', more=more))
    with subprocess.Popen(
        served.command("suites/watch", "--gonogo-watch", "60s"),
        cwd=served.folder,
        env=served.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        deadline = time.monotonic() + 40
        while len(httpserver.log) < 150 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    done = Done(process.returncode, output, served.folder)

    assert done.told == (30, "HOLD"), done.output
    reason = done.record["reasons"][0]
    assert (reason["signal"], reason["confirmed_by"]) == ("dependency", "3 consecutive")
    assert "interrupted" in done.output


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--gonogo-watch=soon", "--gonogo-watch: expected a duration such as"),
        ("--gonogo-baseline=0s", "--gonogo-baseline: a duration above zero is needed"),
    ],
)
def test_a_window_needs_a_length(served: Project, option: str, said: str) -> None:
    done = served.run("suites/watch", option)

    assert done.code == 4
    assert said in done.output


def test_nothing_to_watch_is_no_go(project: Project) -> None:
    done = project.write('project = "p"\n').run("suites/watch")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "nothing to watch: give --gonogo-url" in done.output


def test_all_suites_together_do_not_watch(served: Project) -> None:
    done = served.run("suites")

    assert done.record["counts"]["total"] >= 2
    assert not [each for each in done.record["checks"] if "watch" in each["id"]]
