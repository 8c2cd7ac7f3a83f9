"""The journeys and the front end of this repository's own configuration, on the demo."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.runs import ROOT, Done, Project

from .conftest import ENV_FILE, VALUES, VERSION, Application

OWN = (ROOT / "gonogo.toml").read_text(encoding="utf-8")
SECTIONS = re.findall(r'^\[(?:journeys\."[^"]+"|services\.web)\]\n(?:.+\n)+', OWN, re.MULTILINE)
HEAD = """
[targets.demo]
url = "{url}"
env-file = "{file}"
control = ["{url}/metrics"]
grace = "0s"
[services.api]
version = {{ path = "/health", field = "version", wait = "300ms" }}
"""


def verify(project: Project, application: Application) -> Done:
    head = HEAD.format(url=application.server.url, file=ENV_FILE)
    text = head + "\n".join(SECTIONS)
    for kind in ("auth", "read-write"):
        text = text.replace(f'kind = "{kind}"', f'kind = "{kind}"\nsettle = "300ms"')
    chosen = ("suites/health", "suites/smoke", "--gonogo-commit", VERSION)
    return project.write(text).run(*chosen)


@dataclass(frozen=True)
class Case:
    """A fault, and what has to follow from it."""

    faults: dict[str, Any]
    told: tuple[int, str]
    check: str
    message: str


ROLLBACK, HOLD = (20, "ROLLBACK"), (30, "HOLD")
JOURNEY = "test_journey_arrives[api/{}]".format
CASES = {
    "endless": Case(
        {"endless": True}, ROLLBACK, JOURNEY("login"), "step 6 of 6, refuse it afterwards"
    ),
    "any token": Case(
        {"any_token": True}, ROLLBACK, JOURNEY("login"), "step 4 of 6, refuse an altered token"
    ),
    "undead": Case({"undead": True}, HOLD, JOURNEY("items"), "see that it is gone: GET"),
    "assets": Case(
        {"page": "/assets"}, HOLD, "test_application_loads[web]", "a web page in place of a style"
    ),
}


def test_the_sections_are_found() -> None:
    assert len(SECTIONS) == 4


def test_a_good_release_is_go_and_nothing_stays_behind(
    project: Project, light: Application
) -> None:
    done = verify(project, light)

    assert done.told == (0, "GO"), done.output
    assert light.client.get("/api/v1/items").json() == []
    assert VALUES["DEMO_PASSWORD"] not in done.output + done.file.read_text()


@pytest.mark.parametrize("name", CASES)
def test_a_fault_leads_to_its_decision(project: Project, light: Application, name: str) -> None:
    case = CASES[name]
    with light.broken(case.faults):
        done = verify(project, light)
    reason = done.record["reasons"][0]
    for item in light.client.get("/api/v1/items").json():
        light.client.delete(f"/api/v1/items/{item['id']}")

    assert done.told == case.told, done.output
    assert reason["check"].endswith(case.check), reason
    assert case.message in reason["message"]
