"""The record, the summary and the outputs of a step."""

import json
import re
from datetime import datetime

from pytest_httpserver import HTTPServer

from tests.runs import Project, quick

KEYS = (
    "schema run_id project target url stage scope decision exit_code shadow deployment previous "
    "reasons guard counts levels checks deploy_path policy_hash started_at finished_at duration_s "
    "expires_at"
).split()
REASON = (
    "signal decision outcome check service message observed threshold confirmed_by first_at last_at"
).split()
CHECK = "id slug level service signal outcome observed attempts duration_s".split()
GUARDS = (
    "preexisting no_target target_not_restorable rollback_unsafe_migration attempt_budget "
    "rollback_of_rollback frozen"
).split()


def test_every_key_of_the_contract_is_there(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_data("no", status=500)
    record = project.write(quick(httpserver.url_for(""))).run("suites/health").record

    assert set(KEYS) <= record.keys()
    assert set(REASON) <= record["reasons"][0].keys()
    assert set(CHECK) <= record["checks"][0].keys()
    assert record["guard"] == dict.fromkeys(GUARDS)
    assert record["schema"] == 1
    assert record["counts"] == {
        "passed": 0,
        "warned": 0,
        "failed": 1,
        "unknown": 0,
        "rerun": 0,
        "total": 1,
    }
    assert record["levels"] == {"1": "FAIL", "2": None, "3": None, "4": None}
    assert record["deployment"].keys() == {"id", "commit", "observed_commit"}
    for name in ("started_at", "finished_at", "expires_at"):
        assert datetime.fromisoformat(record[name]).utcoffset() is not None
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", record[name])


def test_the_record_is_pending_while_the_checks_run(project: Project) -> None:
    project.suite(
        "import json, pathlib\n"
        "def test_own():\n"
        "    record = json.loads(pathlib.Path('reports/out/decision.json').read_text())\n"
        "    assert record['decision'] == 'PENDING'\n"
        "    assert record['exit_code'] is None\n"
    )
    project.write(quick("http://127.0.0.1:9"))

    assert project.run("suites/smoke").told == (0, "GO")
    assert project.run("suites/smoke", "-n", "2").told == (0, "GO")


def test_outputs_of_a_github_step(healthy: Project, httpserver: HTTPServer) -> None:
    outputs = healthy.folder / "outputs"
    outputs.write_text("before=1\n")
    healthy.run("suites/health", GITHUB_OUTPUT=str(outputs))
    good = dict(line.split("=", 1) for line in outputs.read_text().splitlines())

    assert good["before"] == "1"
    assert (good["decision"], good["exit_code"]) == ("GO", "0")

    httpserver.clear()
    httpserver.expect_request("/health").respond_with_data("a\nreason=forged", status=500)
    healthy.run("suites/health", GITHUB_OUTPUT=str(outputs))
    bad = dict(line.split("=", 1) for line in outputs.read_text().splitlines())

    assert (bad["decision"], bad["exit_code"]) == ("ROLLBACK", "20")
    assert "500" in bad["reason"]


def test_the_summary_says_what_and_why(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_data("<b>|x|</b>", status=500)
    done = project.write(quick(httpserver.url_for(""))).run("suites/health")
    text = (done.file.parent / "summary.md").read_text()

    assert text.startswith("## gonogo: ROLLBACK")
    assert "http-5xx" in text
    assert "test_service_is_alive[api]" in text


def test_the_same_run_gives_the_same_policy_hash(healthy: Project) -> None:
    first = healthy.run("suites/health").record
    second = healthy.run("suites/health").record
    text = (healthy.folder / "gonogo.toml").read_text()
    third = healthy.write(text + '[rules.slow]\naction = "warn"\n').run("suites/health").record

    assert first["run_id"] != second["run_id"]
    assert first["policy_hash"] == second["policy_hash"] != third["policy_hash"]


def test_reports_of_others_change_nothing(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_data("no", status=500)
    project.write(quick(httpserver.url_for("")))
    reports = ("--alluredir=reports/allure", "--junitxml=reports/junit.xml")
    plain = project.run("suites/health")
    done = project.run("suites/health", *reports)
    spread = project.run("suites/health", *reports, "-n", "2")

    assert plain.told == done.told == spread.told == (20, "ROLLBACK"), done.output
    assert "<testsuite" in (project.folder / "reports/junit.xml").read_text()
    results = list((project.folder / "reports/allure").glob("*-result.json"))
    assert {json.loads(file.read_text())["status"] for file in results} == {"failed"}


def test_a_report_folder_that_cannot_be_written_is_said(healthy: Project) -> None:
    healthy.write("a file, not a folder", "taken")
    done = healthy.run("suites/health", "--gonogo-report-dir", "taken")

    assert done.code == 4
    assert "cannot write to" in done.output
    assert "--gonogo-report-dir" in done.output


def test_a_go_that_cannot_be_told_is_none(healthy: Project) -> None:
    done = healthy.run("suites/health", GITHUB_OUTPUT=str(healthy.folder / "nowhere" / "outputs"))

    assert done.code == 40, done.output
    assert "gonogo: INCONCLUSIVE" in done.output
    assert (done.record["decision"], done.record["exit_code"]) == ("INCONCLUSIVE", 40)
