"""The README cannot age: its sample is run, its table is the code's."""

import re

from pytest_httpserver import HTTPServer

from gonogo.core.outcome import Decision
from tests.runs import ROOT, SUITES, Project

README = (ROOT / "README.md").read_text(encoding="utf-8")
URL = "https://api.shop.example"


def block(kind: str) -> str:
    """Return the first code block of a kind."""
    found = re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL)
    assert found is not None, kind
    return found[1]


def test_the_sample_is_what_a_run_prints(project: Project, httpserver: HTTPServer) -> None:
    unhealthy = {"status": "unhealthy", "services": {"database": "unhealthy"}}
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    httpserver.expect_request("/api/v1/health").respond_with_json(unhealthy, status=503)
    served = httpserver.url_for("").rstrip("/")
    command, *shown = block("console").splitlines()
    project.write(block("toml").replace(URL, served))
    done = project.cold.run(*command.removeprefix("$ pytest ").split())
    printed = [re.sub(r" in \d+ms", " in 5ms", line) for line in done.output.splitlines()]

    assert done.told == (20, "ROLLBACK"), done.output
    for line in shown:
        if line != "...":
            assert line.replace(URL, served) in printed, line


def test_the_table_is_the_vocabulary() -> None:
    rows = dict(re.findall(r"^\| ([A-Z]+) \| (\d+) \|", README, re.MULTILINE))

    assert rows == {str(decision): str(decision.exit_code) for decision in Decision}


def test_every_file_that_is_named_exists() -> None:
    names = re.findall(r"\]\(([^)#:]+)\)", README)

    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert SUITES.is_dir()
