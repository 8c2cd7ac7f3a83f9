"""Whole runs in a job of GitHub Actions: each annotation once, the summary once, no secret."""

from tests.runs import Project

SECRET = "tk_" + "9f8e7d6c5b4a" * 2
TEAM = f"""
import os

def test_own():
    token = os.environ["API_TOKEN"]

    assert token == "", token

def test_other():
    raise RuntimeError("%0A::error::{SECRET}")
"""
HEAD = (
    '[targets.t]\nenv-file = ".env"\n[env.vars]\nPORT = "port"\nAPI_TOKEN = { secret = true }\n'
    '[endpoints."api/x"]\npath = "http://127.0.0.1:9/"\n'
    'headers = { Authorization = "Bearer ${API_TOKEN}" }\n[services.api]\nurl="http://127.0.0.1:9"\n'
)


def test_a_job_shows_what_was_found(project: Project) -> None:
    project.suite(TEAM).write(HEAD).write(f"PORT=x\nAPI_TOKEN={SECRET}\n", ".env")
    environ = {"GITHUB_WORKSPACE": str(project.folder), "API_TOKEN": SECRET}
    job = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary", **environ}
    outside = project.run("suites/smoke", **environ)

    assert outside.told == (30, "HOLD"), outside.output
    assert "::error" not in outside.output.replace("%0A::error", "")

    done = project.run("suites/smoke", "-n", "2", **job)
    lines = [line for line in done.output.splitlines() if line.startswith("::")]
    summary = (project.folder / "summary").read_text()

    assert done.told == outside.told
    assert sorted(line.partition("title")[0] for line in lines) == [
        "::error file=suites/smoke/test_own.py,line=7,",
        "::warning file=suites/smoke/test_own.py,line=10,",
    ]
    assert "::RuntimeError: %250A::error::[redacted]" in "".join(lines)
    assert summary.count("## gonogo: HOLD") == 1
    assert SECRET not in done.output + summary
    assert {check["where"] for check in done.record["checks"]} == {
        "suites/smoke/test_own.py:7",
        "suites/smoke/test_own.py:10",
    }
