"""[release] healthy-now: the target as it serves before the deployment."""

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from tests.runs import Project, in_turn

WELL = Response('{"status": "healthy"}', content_type="application/json")
ILL = Response('{"status": "unhealthy"}', content_type="application/json")
HEAD = (
    '[targets.t]\nurl = "{url}"\nenv-file = ".env"\n{target}\n[env.vars]\nNAME = "string"\n'
    '[services.api]\nlive = "/health"\n'
    '[release]\ncoverage = {{ minimum = "80%" }}\n{release}\n{more}\n'
)
# release, more, live, exit code, signals
CASES: dict[str, tuple[str, str, Response, int, list[str]]] = {
    "not asked": ("", "", ILL, 0, []),
    "well": ('healthy-now = "block"', "", WELL, 0, []),
    "it holds": ('healthy-now = "hold"', "", ILL, 30, ["healthy-now"]),
    "a warning": ('healthy-now = "warn"', "", ILL, 0, []),
    "off": ('healthy-now = "off"', "", ILL, 0, []),
    "a rule": (
        'healthy-now = "warn"',
        '[rules.healthy-now]\naction = "block"',
        ILL,
        10,
        ["healthy-now"],
    ),
}


def configure(project: Project, url: str, target: str, release: str, more: str = "") -> Project:
    text = HEAD.format(url=url, target=target, release=release, more=more)
    covered = '<coverage line-rate="0.9"/>'
    return project.write(text).write(covered, "coverage.xml").write("NAME=shop\n", ".env")


@pytest.mark.parametrize("case", CASES)
def test_the_target_before_a_deployment(
    project: Project, httpserver: HTTPServer, case: str
) -> None:
    release, more, live, code, signals = CASES[case]
    httpserver.expect_request("/health").respond_with_handler(in_turn(live))
    configure(project, httpserver.url_for(""), "", release, more)
    done = project.run("suites/predeploy", *(["-n", "2"] if case == "it holds" else []))

    assert (done.code, done.signals) == (code, signals), done.output
    if code == 30:
        assert "fix: repair it" in done.output


def test_a_promotion_asks_by_itself(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_handler(in_turn(ILL))
    configure(project, httpserver.url_for(""), 'requires = "staging"', "")
    done = project.run("suites/predeploy")

    assert "healthy-now" in done.signals, done.output


def test_a_target_that_does_not_serve_yet_is_not_asked(project: Project) -> None:
    configure(project, "", 'command = "false"', 'healthy-now = "block"')
    done = project.run("suites/predeploy")

    assert done.told == (0, "GO"), done.output


def test_nothing_to_ask_is_no_evidence(project: Project) -> None:
    project.write("NAME=shop\n", ".env").write(
        '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
        '[release]\nhealthy-now = "hold"\n'
    )
    done = project.run("suites/predeploy")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "healthy-now has nothing to ask: give [targets.NAME] url" in done.output
