"""What an Allure report of a run will show: results on disk, read as Allure reads them."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.runs import Done, Project

RESULTS = "reports/allure"


def verify(project: Project, *arguments: str, **environ: str) -> Done:
    return project.run("suites/health", f"--alluredir={RESULTS}", *arguments, **environ)


def results(done: Done, kind: str = "result") -> list[dict[str, Any]]:
    files = sorted((done.folder / RESULTS).glob(f"*-{kind}.json"))
    return [json.loads(file.read_text()) for file in files]


def decision_of(done: Done) -> dict[str, Any]:
    (found,) = [each for each in results(done) if each["fullName"].endswith("#decision")]
    return found


def labels(result: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in result["labels"]}


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_decision_comes_first(healthy: Project, more: tuple[str, ...]) -> None:
    done = verify(healthy, *more)
    first = min(results(done), key=lambda each: each["start"])

    assert done.code == 0, done.output
    assert first == decision_of(done)
    assert first["name"] == "DECISION: GO - every required check has positive evidence"
    assert first["status"] == "passed"
    (page,) = first["attachments"]
    assert page["name"] == "Runbook: GO"
    assert "exit code 0" in (done.folder / RESULTS / page["source"]).read_text().splitlines()[0]
    (file,) = (done.folder / RESULTS).glob("*-perf.json")
    (metric,) = json.loads(file.read_text())
    assert metric["key"] == "api: service is alive"
    assert metric["value"] > 0
    assert labels(first)["severity"] == "blocker"
    assert results(done, "globals") == []


def test_a_rollback_is_the_banner(healthy: Project, httpserver: HTTPServer) -> None:
    httpserver.no_handler_status_code = 404
    file = healthy.folder / "gonogo.toml"
    text = file.read_text().replace('"/health"', '"/nowhere"')
    file.write_text(f'runbooks = "https://wiki.example/r"\n{text}')
    done = verify(healthy, GITHUB_RUN_ID="7", GITHUB_RUN_NUMBER="12", GITHUB_REPOSITORY="a/b")
    (banner,) = results(done, "globals")
    (error,) = banner["errors"]

    assert done.code == 20, done.output
    assert error["message"].startswith("DECISION: ROLLBACK - api: ")
    assert decision_of(done)["status"] == "failed"
    assert decision_of(done)["steps"][0]["status"] == "failed"
    link = "https://wiki.example/r/rollback.md"
    assert [each["url"] for each in decision_of(done)["links"]] == [link]
    assert f"runbook  {link}" in done.output
    assert done.record["runbook"] == link
    assert "attachments" not in decision_of(done)
    assert "\n    next: curl -si" in decision_of(done)["statusDetails"]["message"]
    (alive,) = [each for each in results(done) if each["fullName"].endswith("is_alive")]
    told = alive["descriptionHtml"]
    assert "GET http" in told
    assert "3 attempts (UTC)" in told
    assert told.count(">FAIL</b>") == 3
    assert "rollback (signal live)" in told
    assert "the server knows no /nowhere" in told
    hint = done.record["reasons"][0]["hint"]
    assert hint["cause"].startswith("the server knows no /nowhere")
    assert f"hint     {hint['cause']}; next: {hint['next']}" in done.output
    assert hint["next"] in (done.folder / "reports/out/summary.md").read_text()
    executor = json.loads((done.folder / RESULTS / "executor.json").read_text())
    assert (executor["name"], executor["buildOrder"]) == ("GitHub Actions", 12)


def test_the_environment_says_the_decision_first(healthy: Project) -> None:
    done = verify(healthy, "--gonogo-commit", "abc1234")
    lines = (done.folder / RESULTS / "environment.properties").read_text().splitlines()

    assert lines[0] == "Decision=GO (exit code 0)"
    assert "Commit=abc1234" in lines


def test_decisions_of_a_target_have_one_history(healthy: Project) -> None:
    first, second = verify(healthy), None
    before = decision_of(first)["historyId"]
    for file in (first.folder / RESULTS).iterdir():
        file.unlink()
    second = verify(healthy, "-k", "alive")

    assert decision_of(second)["historyId"] == before


def test_a_check_has_a_title_and_a_place(healthy: Project) -> None:
    done = verify(healthy)
    (alive,) = [each for each in results(done) if each["fullName"].endswith("is_alive")]

    assert alive["name"] == "api: answers its health check as healthy"
    assert labels(alive)["epic"] == "Health"
    assert labels(alive)["feature"] == "Level 1"
    assert labels(alive)["story"] == "api"
    assert labels(alive)["severity"] == "blocker"


def test_a_team_names_its_own_checks(project: Project) -> None:
    body = '''
import allure, os

@allure.title("paying")
@allure.feature("Money")
def test_pay():
    """is ours"""

def test_crash():
    """ends its worker"""
    os._exit(3)
'''
    project.write('[targets.t]\nurl = "http://127.0.0.1:9"\n').suite(body)
    done = project.run("suites/smoke", f"--alluredir={RESULTS}", "-n", "2")
    found = {each["fullName"].partition("#")[2]: each for each in results(done)}

    assert done.code == 40, done.output
    assert found["test_pay"]["name"] == "paying"
    assert labels(found["test_pay"])["feature"] == "Money"
    assert found["test_crash"]["status"] == "broken"
    assert "crashed" in found["test_crash"]["statusDetails"]["message"]


@pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_report_without_a_place_costs_no_decision(
    healthy: Project, spread: tuple[str, ...]
) -> None:
    healthy.write("", "taken")
    places = ("--alluredir", "taken", "--junitxml", "taken/junit.xml")
    done = healthy.run("suites/health", *places, *spread)

    assert done.told == (0, "GO"), done.output
    assert "problem  --alluredir taken cannot be written: File exists" in done.output
    assert "--junitxml taken/junit.xml cannot be written" in done.output
    assert "Traceback" not in done.output


def test_another_report_without_a_place_takes_none_from_allure(healthy: Project) -> None:
    healthy.write("", "taken")
    done = verify(healthy, "--junitxml", "taken/junit.xml")

    assert "--junitxml taken/junit.xml cannot be written" in done.output
    assert decision_of(done)["name"].startswith("DECISION: GO")


def test_every_place_has_the_code_that_the_run_ends_with(
    healthy: Project, httpserver: HTTPServer
) -> None:
    """a rollback whose outputs cannot be written ends with 40: nobody can act on half of it"""
    httpserver.no_handler_status_code = 404
    file = healthy.folder / "gonogo.toml"
    file.write_text(file.read_text().replace('"/health"', '"/nowhere"'))
    done = verify(healthy, GITHUB_OUTPUT=str(healthy.folder / "nowhere" / "outputs"))
    (properties,) = (done.folder / RESULTS).glob("environment.properties")

    assert done.told == (40, "ROLLBACK"), done.output
    assert done.record["exit_code"] == 40
    assert "ROLLBACK (exit code 40)" in properties.read_text()


def test_a_folder_that_cannot_be_written_changes_nothing(healthy: Project, tmp_path: Path) -> None:
    body = "import shutil\ndef pytest_sessionfinish():\n    shutil.rmtree('reports/allure')\n"
    body += "    open('reports/allure', 'w').close()\n"
    done = verify(healthy.write(body, "conftest.py"))

    assert done.told == (0, "GO"), done.output
    assert "could not be written" in done.output
