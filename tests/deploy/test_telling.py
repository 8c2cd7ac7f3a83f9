"""The templates that tell GitHub something: each job may do what it does there, and no more."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from gonogo.cli import main
from gonogo.reporting.github.parts import PARTS
from tests.deploy.conftest import SCRIPTS, Service
from tests.runs import ROOT

FILES = sorted((SCRIPTS / "ci" / "github").glob("*.yml"))


def load(file: Path) -> Any:
    return YAML(typ="safe").load(file.read_text())


def jobs() -> list[tuple[str, dict[str, Any]]]:
    """Return each job of a template that calls the command, by name."""
    return [
        (f"{file.stem}/{name}", job)
        for file in FILES
        for name, job in load(file)["jobs"].items()
        if commands(job)
    ]


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "gonogo github" in step.get("run", "")]


def test_the_templates_tell_github() -> None:
    assert {name for name, _ in jobs()} == {
        "deploy-production/tell",
        "deploy-staging/tell",
        "monitor/look",
    }


@pytest.mark.parametrize(
    ("name", "job"), jobs(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_job_has_the_permissions_of_its_parts(name: str, job: dict[str, Any]) -> None:
    said = " ".join(commands(job))
    told = {part for part in PARTS if re.search(rf"--{part}\b(?!-)", said)}
    needed = dict(PARTS[part].permission.split(": ") for part in told)

    assert told
    assert job["permissions"] == {"contents": "read", **needed}


@pytest.mark.parametrize("said", [c for _, job in jobs() for c in commands(job)])
def test_a_command_is_one_that_there_is(said: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(r"gonogo github (.*?)(; done)?$", said.strip())
    assert found is not None
    words = found[1].replace('"', "").split()

    assert main(["github", "--repository", "a/b", *words]) == 0
    assert capsys.readouterr().out.startswith("gonogo github: error ")


def test_the_action_tells_what_it_is_told_to(service: Service, tmp_path: Path) -> None:
    """The words become options; without a token nobody is asked, and the step goes on."""
    step = load(ROOT / "action.yml")["runs"]["steps"][-1]
    (tmp_path / "tell.sh").write_text(step["run"])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {"PATH": path, "TELL": "status issue", "RECORD": "none.json", "DECISION": "GO"}
    script = str(tmp_path / "tell.sh")
    ended = service.script(script, **environ, GITHUB_REPOSITORY="a/b", GITHUB_TOKEN="ghx_0")

    assert (ended.code, "none.json cannot be read" in ended.said) == (0, True), ended.said
    assert service.script(script, **{**environ, "TELL": "nothing"}).code == 4
