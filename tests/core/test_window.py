"""Windows and freezes: the wall clock of their zone decides, also where it is changed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gonogo.core.window import Freeze, Window, may_start

BERLIN, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati")
WORK = Window(frozenset(range(4)), 9 * 60, 16 * 60, BERLIN)
NIGHT = Window(frozenset({4}), 22 * 60, 6 * 60, BERLIN)
DAILY = frozenset(range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("window", "moment", "inside"),
    [
        (WORK, "2026-11-16T08:00", True),  # Monday, 09:00 in Berlin
        (WORK, "2026-11-16T07:59", False),
        (WORK, "2026-11-16T14:59", True),
        (WORK, "2026-11-16T15:00", False),  # 16:00 is no more within
        (WORK, "2026-11-20T10:00", False),  # Friday
        (WORK, "2026-07-13T07:00", True),  # summer time
        (NIGHT, "2026-11-20T21:00", True),  # Friday, 22:00
        (NIGHT, "2026-11-21T04:59", True),  # Saturday morning belongs to Friday
        (NIGHT, "2026-11-21T05:00", False),
        (NIGHT, "2026-11-21T21:00", False),  # Saturday night does not
        (NIGHT, "2026-11-20T04:59", False),
        # 29 March 2026: from 01:59 the clock goes to 03:00
        (Window(DAILY, 150, 300, BERLIN), "2026-03-29T00:59", False),
        (Window(DAILY, 150, 300, BERLIN), "2026-03-29T01:00", True),
        (Window(DAILY, 130, 170, BERLIN), "2026-03-29T01:00", False),
        # 25 October 2026: from 02:59 the clock goes back to 02:00
        (Window(DAILY, 60, 150, BERLIN), "2026-10-25T00:15", True),
        (Window(DAILY, 60, 150, BERLIN), "2026-10-25T00:45", False),
        (Window(DAILY, 60, 150, BERLIN), "2026-10-25T01:15", True),
        (Window(DAILY, 60, 150, BERLIN), "2026-10-25T01:45", False),
        (Window(DAILY, 0, 1440, BERLIN), "2026-10-25T22:59", True),
        (Window(frozenset({0}), 0, 1440, KIRITIMATI), "2026-11-15T10:00", True),
    ],
)
def test_a_window(window: Window, moment: str, *, inside: bool) -> None:
    assert window.holds(at(moment)) is inside


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-12-19T22:59", False),
        ("2026-12-19T23:00", True),  # midnight in Berlin
        ("2027-01-02T22:59", True),  # the last day counts whole
        ("2027-01-02T23:00", False),
    ],
)
def test_a_freeze(moment: str, *, inside: bool) -> None:
    freeze = Freeze(date(2026, 12, 20), date(2027, 1, 2), BERLIN, "holidays")

    assert freeze.holds(at(moment)) is inside
    assert ("holidays" in may_start((freeze,), at(moment)).text) is inside


def test_what_is_said_outside() -> None:
    reading = may_start((WORK,), at("2026-11-20T16:20"))

    assert str(reading.outcome) == "FAIL"
    assert reading.text == (
        "it is fri 17:20 in Europe/Berlin, and deployments go out mon, tue, wed, thu 09:00-16:00 "
        "Europe/Berlin; fix: wait until mon 2026-11-23 09:00 Europe/Berlin"
    )


def test_any_of_several_windows_is_enough() -> None:
    friday = Window(frozenset({4}), 9 * 60, 12 * 60, BERLIN)

    assert str(may_start((WORK, friday), at("2026-11-20T09:00")).outcome) == "PASS"
    assert "until fri 2026-11-27" not in may_start((WORK, friday), at("2026-11-20T12:00")).text


@pytest.mark.parametrize("window", [WORK, NIGHT, Window(DAILY, 150, 300, BERLIN)])
def test_the_next_start_opens(window: Window) -> None:
    moment = datetime(2026, 3, 20, tzinfo=UTC)
    for step in range(12 * 24):
        now = moment + timedelta(hours=step)
        opens = window.opens(now).replace(tzinfo=window.zone)
        if opens.date() != date(2026, 3, 29):  # an hour that does not exist opens nothing
            assert window.holds(opens)
        assert opens > now
