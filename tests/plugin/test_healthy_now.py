"""[release] healthy-now: the target as it serves before the deployment."""

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.config.choice import Choice
from gonogo.config.load import load
from gonogo.plugin.release import services_now
from tests.runs import Project, in_turn

ILL = Response('{"status": "unhealthy"}', content_type="application/json")
HEAD = (
    '[targets.t]\nurl = "{url}"\nenv-file = ".env"\n{target}\n[env.vars]\nNAME = "string"\n'
    '[services.api]\nlive = "/health"\n'
    '[release]\ncoverage = {{ minimum = "80%" }}\n{release}\n{more}\n'
)
RULE = '[rules.healthy-now]\naction = "block"'
# release, more, exit code, signals
CASES: dict[str, tuple[str, str, int, list[str]]] = {
    "it holds": ('healthy-now = "hold"', "", 30, ["healthy-now"]),
    "a rule": ('healthy-now = "warn"', RULE, 10, ["healthy-now"]),
    "off": ('healthy-now = "off"', RULE, 0, []),
}


def configure(project: Project, url: str, target: str, release: str, more: str = "") -> Project:
    text = HEAD.format(url=url, target=target, release=release, more=more)
    covered = '<coverage line-rate="0.9"/>'
    return project.write(text).write(covered, "coverage.xml").write("NAME=shop\n", ".env")


@pytest.mark.parametrize("case", CASES)
def test_the_target_before_a_deployment(
    project: Project, httpserver: HTTPServer, case: str
) -> None:
    release, more, code, signals = CASES[case]
    httpserver.expect_request("/health").respond_with_handler(in_turn(ILL))
    configure(project, httpserver.url_for(""), "", release, more)
    done = project.run("suites/predeploy", *(["-n", "2"] if code == 30 else []))

    assert (done.code, done.signals) == (code, signals), done.output
    if code == 30:
        assert "fix: repair it" in done.output


def test_nothing_to_ask_is_no_evidence(project: Project) -> None:
    project.write("NAME=shop\n", ".env").write(
        '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
        '[release]\nhealthy-now = "hold"\n'
    )
    done = project.run("suites/predeploy")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "healthy-now has nothing to ask: give [targets.NAME] url" in done.output


URL, COMMAND, ON = 'url = "http://h"', 'command = "false"', 'healthy-now = "block"'
PLANS = {
    "by itself": (URL, "", set()),
    "asked for": (URL, ON, {"api"}),
    "off": (f'{URL}\nrequires = "staging"', 'healthy-now = "off"', set()),
    "before a promotion": (f'{URL}\nrequires = "staging"', "", {"api"}),
    "before it is booted": (COMMAND, ON, set()),
}


@pytest.mark.parametrize("case", PLANS)
def test_who_is_asked(project: Project, case: str) -> None:
    target, release, asked = PLANS[case]
    project.write(f"[targets.t]\n{target}\n[services.api]\n[release]\n{release}\n")
    project.write('coverage = { minimum = "80%" }\n', "unused.toml")
    plan = load(Choice(target="t"), project.folder, {})

    assert services_now(plan).keys() == asked
