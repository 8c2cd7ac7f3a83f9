"""From records to messages: a real history, a real webhook, and both of them broken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.alert import Event, Patience, State, Step
from gonogo.core.notice import Notify, Route
from gonogo.history import Unavailable, opened
from gonogo.notify.telling import Report, Teller
from tests.doubles.webhook import LIGHT, Webhook
from tests.history.records import NOON, record

USUAL = frozenset(Event) - {Event.GO}
REASON = {
    "signal": "live",
    "decision": "HOLD",
    "outcome": "FAIL",
    "check": "suites/health/test_a.py::test_b[api]",
    "service": "api",
    "message": "502",
}


def run(decision: str = "HOLD", minutes: float = 0.0, **more: Any) -> dict[str, Any]:
    reasons = [] if decision == "GO" else [REASON]
    given = {"at": NOON + 60 * minutes, "stage": "scheduled", "reasons": reasons, **more}
    return record(f"r{minutes}", decision, **given)


class Desk:
    """A history in a file, and who is told."""

    def __init__(self, folder: Path, webhook: Webhook) -> None:
        self.folder = folder
        self.webhook = webhook
        self.notify = Notify((Route((webhook.url,), USUAL),))
        self.now = NOON

    def alerted(self, target: str, group: str, change: Callable[[State], Step]) -> Step:
        with opened("sqlite:///history.sqlite", self.folder, "shop") as history:
            return history.alerted(target, group, change)

    def tell(self, record: dict[str, Any], **more: Any) -> Report:
        given = {"alerted": self.alerted, "clock": lambda: self.now, **more}
        return Teller(self.notify, {}, lambda text: text, **given).tell(record)


@pytest.fixture
def desk(tmp_path: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("PYTHONPATH", str(LIGHT))
    return Desk(tmp_path, webhook)


def test_a_story_is_told_where_it_changes(desk: Desk) -> None:
    said = [
        desk.tell(run(decision, 15 * place))
        for place, decision in enumerate(["GO", "HOLD", "HOLD", "INCONCLUSIVE", "GO", "GO"])
    ]

    titles = ["HOLD: shop @ production", "recovered from HOLD: shop @ production"]
    assert desk.webhook.titles == titles
    assert [each.lines for each in said] == [
        (),
        ("problem: told json (url 1)",),
        (),
        (),
        ("recovered: told json (url 1)",),
        (),
    ]
    assert "GO after 45m10s of HOLD" in desk.webhook.told[1]["message"]


def test_targets_and_stages_have_stories_of_their_own(desk: Desk) -> None:
    for more in ({}, {"target": "staging"}, {"stage": "predeploy"}, {"shadow": True}):
        assert desk.tell(run(**more)).lines
    assert not desk.tell(run(minutes=1, stage="postdeploy")).lines


def test_who_could_not_be_told_is_told_by_the_next_run(desk: Desk) -> None:
    desk.webhook.status = 503
    first = desk.tell(run())
    desk.webhook.status = 200
    second = desk.tell(run(minutes=15))

    assert first.failed
    assert first.lines == ("problem: not told json (url 1): answered 503",)
    assert second.lines == ("problem: told json (url 1)",)
    assert "since: 2027-01-15 08:00 UTC" in desk.webhook.told[1]["message"]


def test_at_most_so_many_messages(desk: Desk) -> None:
    desk.notify = Notify(desk.notify.routes, Patience(at_most=(1, 3600.0)))
    story = [desk.tell(run(d, 15 * n)) for n, d in enumerate(["HOLD", "GO", "GO"])]
    desk.now += 3600
    story.append(desk.tell(run("GO", 60)))

    assert [bool(each.lines) for each in story] == [True, False, False, True]
    assert "at-most holds it back" in story[1].silence
    assert "2 messages before this one were held back" in desk.webhook.told[1]["message"]


@pytest.mark.parametrize("silent", [False, True], ids=["none", "silent"])
def test_without_a_history_whatever_is_not_go_is_told(desk: Desk, *, silent: bool) -> None:
    def no_answer(*_: object) -> Step:
        raise Unavailable("history.sqlite: database is locked")

    alerted = no_answer if silent else None
    story = [desk.tell(run(d), alerted=alerted) for d in ("INCONCLUSIVE", "HOLD", "GO")]

    assert [bool(each.lines) for each in story] == [True, True, False]
    assert any("told as without a history: history.sqlite" in s for s in story[1].lines) is silent
    assert len(desk.webhook.told) == 2


def test_a_canary_with_a_problem_is_told_and_a_good_one_ends_none(desk: Desk) -> None:
    beside: dict[str, Any] = {
        "scope": "partial",
        "stage": "postdeploy",
        "baseline_url": "http://old.example",
    }
    story = [desk.tell(run(d, **beside)) for d in ("HOLD", "GO", "HOLD")]
    old = desk.tell(run("GO", commit="0ld0000"))  # serves beside it, and says nothing of it

    assert [bool(each.lines) for each in (*story, old)] == [True, False, True, False]
    assert len(desk.webhook.told) == 2


@pytest.mark.parametrize("more", [{"scope": "partial"}, {"snapshot": True}], ids=str)
def test_some_runs_tell_nobody(desk: Desk, more: dict[str, Any]) -> None:
    report = desk.tell(run(**more))

    assert (report.lines, desk.webhook.told) == ((), [])
    assert "nobody" in report.silence


@pytest.mark.parametrize(
    "spoilt", [{"decision": "PENDING"}, {"stage": "later"}, {"started_at": None}, {"reasons": None}]
)
def test_what_is_no_record_is_refused(desk: Desk, spoilt: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        desk.tell({**run(), **spoilt})
