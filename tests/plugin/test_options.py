"""The options, their environment variables, and what is said when something is wrong."""

import re
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from gonogo.plugin.options import mistyped
from tests.runs import Project, quick

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def test_the_command_line_wins_over_the_environment(
    healthy: Project, httpserver: HTTPServer
) -> None:
    good, bad = httpserver.url_for(""), "http://127.0.0.1:9"

    assert healthy.run("suites/health", GONOGO_URL=bad).code == 40
    assert healthy.run("suites/health", "--gonogo-url", good, GONOGO_URL=bad).code == 0


def test_a_mistyped_variable_is_told_and_one_of_a_team_is_not(healthy: Project) -> None:
    mine = {"GONOGO_TRAGET": "production", "GONOGO_REPORTDIR": "x", "GONOGO_SLACK_ROOM": "ops"}
    done = healthy.run("suites/health", **mine)

    assert done.told == (0, "GO"), done.output
    assert "warning  GONOGO_TRAGET is not read; did you mean GONOGO_TARGET?" in done.output
    assert mistyped(mine) == [
        "GONOGO_REPORTDIR is not read; did you mean GONOGO_REPORT_DIR?",
        "GONOGO_TRAGET is not read; did you mean GONOGO_TARGET?",
    ]


def test_every_variable_of_an_option_is_known_as_one() -> None:
    known = re.findall(r"`(GONOGO_[A-Z_]+)`", (DOCS / "options.md").read_text(encoding="utf-8"))

    assert {"GONOGO_TARGET", "GONOGO_SHADOW", "GONOGO_ENV_FILE"} <= set(known)
    assert mistyped(dict.fromkeys([*known, "GONOGO_NO_HISTORY"], "x")) == []


def test_the_target_is_chosen(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    url = httpserver.url_for("")
    two = f'[targets.good]\nurl = "{url}"\n[targets.bad]\nurl = "http://127.0.0.1:9"\n'
    service = '[services.api]\nlive = "/health"\nstartup = { attempts = 1 }\n'
    project.write(two + service)
    chosen = project.run("suites/health", "--gonogo-target", "good")
    unsaid = project.run("suites/health")
    by_variable = project.run("suites/health", GONOGO_TARGET="bad")
    project.write('default-target = "good"\n' + two + service)
    by_default = project.run("suites/health")

    assert (chosen.told, chosen.record["target"]) == ((0, "GO"), "good"), chosen.output
    assert (unsaid.code, "good | bad" in unsaid.output or "bad | good" in unsaid.output) == (
        4,
        True,
    )
    assert (by_variable.code, by_default.code) == (40, 0)


def test_the_configuration_is_found_upwards_or_named(healthy: Project) -> None:
    text = (healthy.folder / "gonogo.toml").read_text()
    (healthy.folder / "gonogo.toml").unlink()
    healthy.write(text, "elsewhere/my.toml")
    done = healthy.run("suites/health", "--gonogo-config", "elsewhere/my.toml")

    assert done.told == (0, "GO"), done.output
    assert done.record["target"] == "t"


STAGES = [("predeploy", 10, "BLOCK"), ("postdeploy", 20, "ROLLBACK"), ("scheduled", 30, "HOLD")]


@pytest.mark.parametrize(("stage", "code", "decision"), STAGES)
def test_the_stage_says_what_a_failure_may_lead_to(
    project: Project, httpserver: HTTPServer, stage: str, code: int, decision: str
) -> None:
    httpserver.expect_request("/health").respond_with_data("no", status=500)
    project.write(quick(httpserver.url_for("")))
    done = project.run("suites/health", "--gonogo-stage", stage)

    assert done.told == (code, decision), done.output
    assert done.record["stage"] == stage


def test_shadow_decides_and_exits_0(project: Project, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_data("no", status=500)
    done = project.write(quick(httpserver.url_for(""))).run("suites/health", "--gonogo-shadow")

    assert done.code == 0
    record = done.record
    assert (record["decision"], record["exit_code"], record["shadow"]) == ("ROLLBACK", 0, True)
    assert "ROLLBACK" in done.output


def test_the_report_folder(healthy: Project) -> None:
    healthy.run("suites/health", "--gonogo-report-dir", "out/here")

    assert (healthy.folder / "out/here/decision.json").exists()
    assert (healthy.folder / "out/here/summary.md").exists()


CI = [
    {"GITHUB_SHA": "abc1234"},
    {"CI_COMMIT_SHA": "abc1234"},
    {"RAILWAY_GIT_COMMIT_SHA": "abc1234", "RAILWAY_DEPLOYMENT_ID": "d-1"},
    {"RENDER_GIT_COMMIT": "abc1234"},
    {"GONOGO_COMMIT": "abc1234", "GITHUB_SHA": "fffffff"},
]


@pytest.mark.parametrize("variables", CI, ids=["+".join(each) for each in CI])
def test_the_commit_comes_from_the_ci(healthy: Project, variables: dict[str, str]) -> None:
    deployment = healthy.run("suites/health", **variables).record["deployment"]

    assert deployment["commit"] == "abc1234"
    assert deployment["id"] == variables.get("RAILWAY_DEPLOYMENT_ID")


@pytest.mark.parametrize(("phrase", "code"), [(None, 10), ("deploy", 10), ("deploy-to-t", 0)])
def test_a_phrase_confirms(project: Project, phrase: str | None, code: int) -> None:
    text = '[targets.t]\nconfirm = "deploy-to-t"\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
    project.write(text).write("NAME=demo\n", ".env")
    done = project.run("suites/predeploy", *(("--gonogo-confirm", phrase) if phrase else ()))

    assert done.code == code, done.output
    assert done.signals == ([] if code == 0 else ["approval"])


def test_a_later_env_file_wins(project: Project) -> None:
    project.write('[targets.t]\n[env.vars]\nNAME = { choices = ["right"] }\n')
    project.write("NAME=wrong\n", "a.env").write("NAME=right\n", "b.env")
    order = {files: [f"--gonogo-env-file={name}.env" for name in files] for files in ("ab", "ba")}

    assert project.run("suites/predeploy", *order["ab"]).told == (0, "GO")
    assert project.run("suites/predeploy", *order["ba"]).told == (10, "BLOCK")


REFUSED = {
    "unknown target": ("", ("--gonogo-target", "prodution"), "did you mean 'production'"),
    "no such file": ("", ("--gonogo-config", "missing.toml"), "missing.toml"),
    "not a URL": ("", ("--gonogo-url", "api.example.com"), "command line: 1 problem"),
    "bad stage": ("", ("--gonogo-stage", "later"), "invalid choice"),
    "broken TOML": ("[targets.production\n", (), "not valid TOML"),
    "unset variable": (
        '[targets.production]\nurl = "${NO_SUCH_URL}"\n',
        (),
        "NO_SUCH_URL",
    ),
    "unknown key": (
        '[targets.production]\nurl = "http://h"\n[services.api]\nlives = "/"\nbudget = 3\n',
        (),
        "did you mean 'live'",
    ),
    "unknown rule": (
        '[targets.production]\nurl = "http://h"\n[rules.databse]\naction = "hold"\n',
        (),
        "did you mean 'database'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_usage_error_is_exit_4_and_nothing_is_probed(
    project: Project, httpserver: HTTPServer, case: str, spread: tuple[str, ...]
) -> None:
    text, arguments, said = REFUSED[case]
    project.write(text or f'[targets.production]\nurl = "{httpserver.url_for("")}"\n')
    project.write('{"decision": "GO"}', "reports/out/decision.json")
    done = project.run("suites/health", *arguments, *spread)

    assert done.code == 4, done.output
    assert said in done.output
    assert "Traceback" not in done.output
    assert httpserver.log == []
    if case != "bad stage":  # pytest itself refuses that one before any plugin is asked
        assert not done.file.exists()


def test_all_complaints_come_at_once(project: Project) -> None:
    project.write('[targets.t]\nurll = "x"\n[services.api]\nbudget = 3\n[rules.nope]\nlimit = 1\n')
    done = project.run("suites/health")

    assert done.code == 4
    for said in ("did you mean 'url'", "expected a duration", "[rules.nope]"):
        assert said in done.output
