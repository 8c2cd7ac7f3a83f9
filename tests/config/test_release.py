"""What [release] of the full file means."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.core.path import ApiPath

FULL = Path(__file__).parent / "accepted" / "full.toml"
TOKEN, JOB_TOKEN = "own-" + "5a6b7c8d", "job-" + "1e2f3a4b"


def plan_with(**environ: str) -> Plan:
    return load(Choice(config=str(FULL)), FULL.parent, environ)


def test_paths_keep_their_order_and_find_their_tokens() -> None:
    plan = plan_with(DEPLOY_TOKEN=TOKEN, RAILWAY_TOKEN="another-one")
    railway = plan.subjects.paths["by-railway"]

    assert list(plan.subjects.paths) == ["github-actions", "by-railway", "local"]
    assert isinstance(railway, ApiPath)
    assert (railway.token, railway.variable, railway.page) == (
        TOKEN,
        "DEPLOY_TOKEN",
        "https://status.example",
    )
    assert TOKEN in plan.secrets
    assert TOKEN not in repr(plan)


@pytest.mark.parametrize(
    ("environ", "sent"),
    [
        ({"GITLAB_TOKEN": TOKEN, "CI_JOB_TOKEN": JOB_TOKEN}, ("PRIVATE-TOKEN", TOKEN)),
        ({"CI_JOB_TOKEN": JOB_TOKEN}, ("JOB-TOKEN", JOB_TOKEN)),
        ({}, ("JOB-TOKEN", None)),
    ],
)
def test_which_token_gitlab_gets(environ: dict[str, str], sent: tuple[str, str | None]) -> None:
    plan = plan_with(**environ)
    pipeline = plan.subjects.checks["test"].pipeline

    assert (pipeline.header, pipeline.token) == sent
    assert pipeline.api == "https://gitlab.com/api/v4"
    assert {*environ.values()} & {*plan.secrets} == {sent[1]} - {None}


def test_a_freeze_has_the_zone_of_the_window() -> None:
    (freeze,) = plan_with().subjects.calendars["freeze"]
    (window,) = plan_with().subjects.calendars["window"]

    assert str(window) == "mon, tue, wed, thu 09:00-16:00 Europe/Berlin"
    assert freeze.holds(datetime(2026, 12, 19, 23, 30, tzinfo=UTC))


def test_the_component_of_another_page_is_not_presumed(tmp_path: Path) -> None:
    own = 'status-page = "https://status.example"\n'
    for line, component in (("", "Actions"), (own, None), (f'{own}component = "CI"', "CI")):
        text = '[targets.t]\nurl = "http://h"\n[release]\ndeploy-paths = ["github-actions"]\n'
        text += f'[release.paths.github-actions]\nrepository = "acme/shop"\n{line}\n'
        (tmp_path / "gonogo.toml").write_text(text)
        path = load(Choice(), tmp_path, {}).subjects.paths["github-actions"]

        assert isinstance(path, ApiPath)
        assert path.component == component


def test_what_the_rule_of_healthy_now_is() -> None:
    assert str(plan_with().policy.rules["healthy-now"].action) == "hold"
