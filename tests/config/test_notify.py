"""[notify]: what it means, and which parts of its URLs are secrets."""

from pathlib import Path

import pytest

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.config.notify import secrets
from gonogo.core.alert import Event, Patience
from gonogo.core.notice import Notify, Route
from gonogo.core.outcome import Decision, Stage

USUAL = frozenset(Event) - {Event.GO}


def plan_of(folder: Path, text: str, **environ: str) -> Plan:
    (folder / "gonogo.toml").write_text(f'[targets.production]\nurl = "http://h"\n{text}')
    return load(Choice(), folder, environ)


def test_a_route_says_what_is_different(tmp_path: Path) -> None:
    text = """
[notify]
urls = ["slack://a/b/c"]
stages = ["scheduled"]
title = "{decision}"
at-most = "2/m"
[[notify.routes]]
urls = ["pagerduty://k@a"]
on = ["problem"]
decisions = ["ROLLBACK"]
targets = ["production"]
body = "{reason}"
"""
    notify = plan_of(tmp_path, text).notify

    scheduled = frozenset({Stage.SCHEDULED})
    assert notify == Notify(
        (
            Route(("slack://a/b/c",), USUAL, stages=scheduled, title="{decision}"),
            Route(
                ("pagerduty://k@a",),
                frozenset({Event.PROBLEM}),
                frozenset({Decision.ROLLBACK}),
                frozenset({"production"}),
                scheduled,
                "{decision}",
                "{reason}",
            ),
        ),
        Patience(at_most=(2, 60.0)),
    )


@pytest.mark.parametrize("text", ["", "[notify]\n", '[notify]\nurls = ["${SLACK_URL}"]\n'])
def test_nobody_is_told(tmp_path: Path, text: str) -> None:
    assert plan_of(tmp_path, text, SLACK_URL="").notify is None


@pytest.mark.parametrize(
    ("url", "hidden", "shown"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "TIiajkdnlazkcOXrIdevi7FQ", ""),
        ("tgram://123456789:AAbb-cc_Dd/55512345", "AAbb-cc_Dd 123456789", ""),
        ("mailtos://me:p%40ss@mail.example.com?to=a@b.example", "p%40ss p@ss", "mail.example.com"),
        ("pagerduty://Integration1@ApiKey99/source", "Integration1 ApiKey99", "source"),
        ("json://127.0.0.1:8080/services/hook?key=abcdefgh1", "abcdefgh1", "services 127.0.0.1"),
        ("https://hooks.slack.com/services/T00000000/x", "T00000000", "hooks.slack.com services"),
        ("discord://4174216298/abcdefghijklmnopqrstuvwxyz", "4174216298", "discord"),
    ],
)
def test_tokens_are_secrets_and_hosts_are_not(url: str, hidden: str, shown: str) -> None:
    found = set(secrets(Notify((Route((url,), USUAL),))))

    assert {url, *hidden.split()} <= found
    assert found.isdisjoint(shown.split())


def test_a_url_is_a_secret_and_in_no_representation(tmp_path: Path) -> None:
    text = '[notify]\nurls = ["${SLACK_URL}"]\n'
    plan = plan_of(tmp_path, text, SLACK_URL="slack://TokenA11/TokenB22/TokenC33")

    assert {"TokenA11", "TokenC33", "slack://TokenA11/TokenB22/TokenC33"} <= set(plan.secrets)
    assert "Token" not in repr(plan)
    assert "Token" not in repr(plan.notify)
