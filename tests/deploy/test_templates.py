"""The templates for CI systems are what their vendors' schemas ask for."""

import re
from pathlib import Path

import pytest

from tests.deploy.conftest import SCRIPTS, Service
from tests.runs import ROOT
from tests.vendors import complaints

CI = SCRIPTS / "ci"
FILES = [
    *(("vendor.github-workflows", file) for file in sorted((CI / "github").glob("*.yml"))),
    ("vendor.github-actions", ROOT / "action.yml"),
    ("vendor.gitlab-ci", CI / "gitlab-ci.yml"),
    ("vendor.circle-ci", CI / "circleci.yml"),
]


@pytest.mark.parametrize(("schema", "file"), FILES, ids=lambda each: Path(each).stem)
def test_a_template_is_valid(schema: str, file: Path) -> None:
    assert complaints(schema, [file]) == ""


@pytest.mark.parametrize("file", [file for _, file in FILES], ids=lambda each: each.stem)
def test_no_template_is_keyed_on_failure(file: Path) -> None:
    """A runner that broke is no failed release."""
    lines = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]

    assert not [line for line in lines if "failure()" in line or "when: on_failure" in line]


@pytest.mark.parametrize("name", ["github/monitor-fleet.yml", "gitlab-ci.yml"])
def test_a_fleet_is_decided_over_all_of_its_shards(name: str) -> None:
    """One that is missing is no GO, and one in shadow would have no voice."""
    text = (CI / name).read_text()
    (shards,) = re.findall(r"shard: \[([\d, ]+)\]|parallel: (\d+)", text)
    (expected,) = re.findall(r"gonogo merge .+ --expect (\d+)", text)

    assert int(expected) == (len(shards[0].split(",")) if shards[0] else int(shards[1]))
    assert "--gonogo-shadow" not in text


def outputs(service: Service) -> dict[str, str]:
    lines = (service.project.folder / "outputs").read_text().splitlines()
    return dict(line.partition("=")[::2] for line in lines)


def step(service: Service, **more: str) -> int:
    files = {"GITHUB_OUTPUT": "outputs", "GITHUB_STEP_SUMMARY": "summary", "REPORTS": "out"}
    return service.script("action.sh", **{**files, "GONOGO_COMMIT": "old", **more}).code


def test_the_action_says_what_was_decided(service: Service) -> None:
    assert step(service) == 0
    assert outputs(service) == {
        "decision": "GO",
        "exit_code": "0",
        "reason": "every required check has positive evidence",
        "record": "./out/decision.json",
    }
    assert "gonogo: GO" in (service.project.folder / "summary").read_text()


def test_the_action_has_outputs_where_the_gate_did_not_run(service: Service) -> None:
    assert step(service, PYTEST="no-such-program") == 40
    assert outputs(service)["decision"] == "INCONCLUSIVE"
    assert "did not run" in outputs(service)["reason"]


@pytest.mark.parametrize(("fail_on", "code"), [("BLOCK HOLD", 0), ("ROLLBACK", 20), ("never", 0)])
def test_the_action_fails_on_what_it_is_told_to(service: Service, fail_on: str, code: int) -> None:
    (service.project.folder / "broken").touch()
    (service.project.folder / "version").write_text("new\n")

    assert step(service, FAIL_ON=fail_on, GONOGO_COMMIT="new") == code
    assert outputs(service)["exit_code"] == "20"
