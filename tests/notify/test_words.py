"""The words: what each alert says, in whose template, and what they never do."""

from typing import Any

import pytest

from gonogo.core.alert import Alert, Event
from gonogo.core.notice import FIELDS, Notify, Route
from gonogo.core.outcome import Decision, Stage
from gonogo.notify.words import fields, kind_of, worded
from tests.history.records import NOON, record

GITHUB = {
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "77",
}
RUN = "https://github.example/acme/shop/actions/runs/77"
HOLD, GO = Decision.HOLD, Decision.GO
ALL = frozenset(Event)


def told(decision: str = "HOLD", count: int = 1, **more: Any) -> dict[str, Any]:
    reasons = [
        {
            "signal": "http-5xx",
            "decision": decision,
            "outcome": "FAIL",
            "check": f"suites/health/test_a.py::test_b[{number}]",
            "service": "api",
            "message": "GET /health -> 502\n@everyone s3cret",
        }
        for number in range(count)
    ]
    return record(
        "r", decision, commit="abc1234", url="https://shop.example", reasons=reasons, **more
    )


def words(alert: Alert, record: dict[str, Any] | None = None, **route: Any) -> tuple[str, str]:
    chosen = Route(("json://h",), ALL, **route)
    return worded(alert, record or told(), chosen, GITHUB, lambda t: t.replace("s3cret", "***"))


def test_a_problem_says_what_why_since_when_and_what_next() -> None:
    title, body = words(Alert(Event.PROBLEM, HOLD, NOON - 3600, held=2), told(count=7))

    assert title == "HOLD: shop @ production"
    assert body.splitlines()[0] == (
        "- HOLD http-5xx: test_b[0]: GET /health -> 502 @\u200beveryone ***"
    )
    assert "- and 2 more" in body
    for line in (
        "target: https://shop.example",
        "commit: abc1234",
        "since: 2027-01-15 07:00 UTC (1.0h)",
        "next: Promote nothing, and call a human.",
        f"run: {RUN}",
        "2 messages before this one were held back by at-most.",
    ):
        assert line in body.splitlines()


def test_the_likely_cause_is_told_with_the_next_command() -> None:
    record = told()
    record["reasons"][0]["hint"] = {"cause": "the port is another", "next": "gonogo init"}
    body = words(Alert(Event.PROBLEM, HOLD, NOON), record)[1]

    assert "call a human. the port is another; run: gonogo init\n" in body


@pytest.mark.parametrize(
    ("alert", "title", "kind"),
    [
        (Alert(Event.PROBLEM, Decision.ROLLBACK, NOON), "ROLLBACK", "failure"),
        (Alert(Event.PROBLEM, Decision.BLOCK, NOON), "BLOCK", "failure"),
        (Alert(Event.PROBLEM, Decision.INCONCLUSIVE, NOON), "INCONCLUSIVE", "warning"),
        (Alert(Event.CHANGED, HOLD, NOON, Decision.ROLLBACK, "x"), "HOLD, was ROLLBACK", "warning"),
        (Alert(Event.CHANGED, HOLD, NOON, HOLD, "x"), "HOLD, for another reason", "warning"),
        (Alert(Event.REMINDER, HOLD, NOON, HOLD, "x"), "still HOLD", "warning"),
        (Alert(Event.RECOVERED, GO, NOON, HOLD, "x"), "recovered from HOLD", "success"),
        (Alert(Event.GO, GO, NOON), "GO", "info"),
    ],
)
def test_what_happened_is_in_the_title(alert: Alert, title: str, kind: str) -> None:
    assert words(alert)[0] == f"{title}: shop @ production"
    assert kind_of(alert) == kind


def test_a_recovery_says_what_it_was_and_for_how_long() -> None:
    alert = Alert(Event.RECOVERED, GO, NOON - 590, HOLD, "test_b[0]: 502")
    body = words(alert, told("GO", 0))[1]

    assert body.startswith("GO after 10m00s of HOLD. It was: test_b[0]: 502\n")
    assert "next: Nothing: it is over." in body


def test_a_shadow_run_says_so_whatever_the_template() -> None:
    alert = Alert(Event.PROBLEM, HOLD, NOON)

    assert words(alert, told(shadow=True), title="{decision}!\n{target}")[0] == (
        "[shadow] HOLD! production"
    )


def test_every_placeholder_is_known_and_no_other() -> None:
    alert = Alert(Event.PROBLEM, HOLD, NOON)
    template = " ".join(f"{{{name}}}" for name in FIELDS)

    assert fields(alert, told(), {}).keys() == set(FIELDS)
    assert words(alert, body=template)[1].startswith("HOLD HOLD GO problem shop production")
    assert words(alert, body="")[1] == ""


@pytest.mark.parametrize(
    ("route", "wanted"),
    [
        ({}, True),
        ({"on": frozenset({Event.PROBLEM})}, False),
        ({"decisions": frozenset({HOLD})}, True),
        ({"decisions": frozenset({Decision.ROLLBACK})}, True),
        ({"decisions": frozenset({GO})}, False),
        ({"targets": frozenset({"production"})}, True),
        ({"targets": frozenset({"staging"})}, False),
        ({"stages": frozenset({Stage.SCHEDULED})}, True),
        ({"stages": frozenset({Stage.PREDEPLOY})}, False),
    ],
    ids=str,
)
def test_who_is_told_of_a_recovery(route: dict[str, Any], *, wanted: bool) -> None:
    ever = frozenset({HOLD, Decision.ROLLBACK})
    alert = Alert(Event.RECOVERED, GO, NOON, HOLD, "x", ever=ever)
    chosen = Route(**{"urls": ("json://h",), "on": ALL, **route})

    assert chosen.wants(alert, "production", Stage.SCHEDULED) is wanted


@pytest.mark.parametrize(
    ("was", "now", "decisions", "on", "wanted"),
    [
        ("HOLD", "ROLLBACK", "ROLLBACK", "problem", True),  # a pager hears of what becomes worse
        ("HOLD", "ROLLBACK", "ROLLBACK", "changed", True),
        ("ROLLBACK", "HOLD", "ROLLBACK", "problem", False),
        ("ROLLBACK", "HOLD", "ROLLBACK", "changed", True),
        ("BLOCK", "ROLLBACK", "BLOCK ROLLBACK", "problem", False),
        ("HOLD", "BLOCK", "ROLLBACK", "changed", False),
        ("HOLD", "ROLLBACK", "", "problem", False),
    ],
)
def test_who_is_told_of_a_change(
    was: str, now: str, decisions: str, on: str, *, wanted: bool
) -> None:
    alert = Alert(Event.CHANGED, Decision(now), NOON, Decision(was), "x")
    chosen = frozenset(Decision(each) for each in decisions.split())
    route = Route(("json://h",), frozenset({Event(on)}), chosen)

    assert route.wants(alert, "production", Stage.SCHEDULED) is wanted


def test_a_url_is_told_once_by_the_first_route_that_names_it() -> None:
    first, second = Route(("a", "b"), ALL, title="1"), Route(("b", "c"), ALL, title="2")
    chosen = Notify((first, second)).chosen(
        Alert(Event.GO, GO, NOON), "production", Stage.SCHEDULED
    )

    assert {url: route.title for url, route in chosen.items()} == {"a": "1", "b": "1", "c": "2"}
