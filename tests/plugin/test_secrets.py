"""No value of a secret leaves the process, whichever way it takes."""

from pathlib import Path

from pytest_httpserver import HTTPServer

from tests.runs import Project, quick

SECRET = "tk_" + "9f8e7d6c5b4a" * 2

TEAM = """
import logging, os, sys, warnings
import pytest

TOKEN = os.environ["API_TOKEN"]


@pytest.mark.parametrize("token", [TOKEN])
def test_leaks_by_every_way(token, record_property, tmp_path):
    record_property("token", token)
    print("stdout", token)
    print("stderr", token, file=sys.stderr)
    logging.getLogger("team").warning("log %s", token)
    local = {"token": token}
    import allure
    allure.attach(f"attached {token}", "text", allure.attachment_type.TEXT)
    file = tmp_path / "evidence.json"
    file.write_text(f'{{"token": "{token}"}}')
    allure.attach.file(str(file), "file", allure.attachment_type.JSON)
    allure.dynamic.description(f"described {token}")
    with allure.step(f"step {token}"):
        assert local == {"token": "other"}, token
"""


def everything(folder: Path) -> str:
    files = [f for f in (folder / "reports").rglob("*") if f.is_file()]
    assert {"decision.json", "summary.md", "junit.xml"} <= {file.name for file in files}
    return "\n".join(file.read_text(errors="replace") for file in files)


def test_no_report_shows_a_secret(project: Project, httpserver: HTTPServer) -> None:
    more = '[endpoints."api/x"]\npath = "/x"\nheaders = { Authorization = "Bearer ${API_TOKEN}" }\n'
    project.suite(TEAM).write(quick(httpserver.url_for(""), more=more))
    reports = ("--alluredir=reports/allure", "--junitxml=reports/junit.xml", "-rA", "--showlocals")
    for spread in ((), ("-n", "2")):
        done = project.run("suites/smoke", *reports, *spread, API_TOKEN=SECRET)
        left = everything(project.folder)

        assert done.told == (30, "HOLD"), done.output
        assert "[redacted]" in done.output
        assert "attached [redacted]" in left
        assert '{"token": "[redacted]"}' in left
        assert SECRET not in done.output + left


def test_an_answer_that_echoes_a_secret_is_scrubbed(
    project: Project, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/x").respond_with_json({"echo": SECRET}, status=200)
    more = (
        '[endpoints."api/x"]\npath = "/x"\nheaders = { Authorization = "Bearer ${API_TOKEN}" }\n'
        'expect = { json = { echo = "else" } }\nretry = { attempts = 1 }\n'
    )
    project.write(quick(httpserver.url_for(""), more=more))
    reports = ("--alluredir=reports/allure", "--junitxml=reports/junit.xml")
    done = project.run("suites/smoke/test_endpoints.py", *reports, API_TOKEN=SECRET)

    assert done.told == (30, "HOLD"), done.output
    assert SECRET not in done.output + everything(project.folder)


def test_a_password_in_a_url_is_never_shown(project: Project) -> None:
    url = "http://user:" + SECRET + "@127.0.0.1:9"
    done = project.write(quick(url)).run("suites/health", "--junitxml=reports/junit.xml")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert SECRET not in done.output + everything(project.folder)


COMPARED = """
import os

TOKEN = os.environ["API_TOKEN"]


def test_a_long_operand():
    assert TOKEN == ""


def test_an_operand_within():
    assert {"token": TOKEN, "more": "x" * 300} == {}
"""


def test_no_part_of_a_secret_is_shown_either(project: Project, httpserver: HTTPServer) -> None:
    """Pytest would cut a long operand to its ends."""
    more = '[endpoints."api/x"]\npath = "/x"\nheaders = { Authorization = "Bearer ${API_TOKEN}" }\n'
    project.suite(COMPARED).write(quick(httpserver.url_for(""), more=more))
    long = "q8" + "Zk4wP7xN2vR5" * 5 + "7j"
    done = project.run("suites/smoke", "--junitxml=reports/junit.xml", API_TOKEN=long)
    left = everything(project.folder)

    assert done.told == (30, "HOLD"), done.output
    assert "assert '[redacted]' == ''" in done.output
    for part in (long[:3], long[-3:], long[10:20]):
        assert part not in done.output + left
