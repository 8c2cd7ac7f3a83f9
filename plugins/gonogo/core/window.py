"""When a deployment may start: windows and freezes, by the wall clock of a time zone.

A wall clock that is put forward skips what does not exist, and one that is put back shows an hour
twice: both are judged as the clock on the wall reads.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR = 60  # minutes


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to before `end`, minutes of a day that is in `days` (0 is Monday).

    Where `end` is not after `start`, it lies on the next day.
    """

    days: frozenset[int]
    start: int
    end: int
    zone: tzinfo

    def holds(self, now: datetime) -> bool:
        """Tell whether a moment lies in the window."""
        local = now.astimezone(self.zone)
        minute, today = local.hour * _HOUR + local.minute, local.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        begun = today in self.days and minute >= self.start
        return begun or ((today - 1) % 7 in self.days and minute < self.end)

    def opens(self, now: datetime) -> datetime:
        """Return the next start on the wall clock, from a moment outside on."""
        local = now.astimezone(self.zone).replace(tzinfo=None)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        starts = (midnight + timedelta(days=day, minutes=self.start) for day in range(9))
        return next(at for at in starts if at > local and at.weekday() in self.days)

    def __str__(self) -> str:
        days = ", ".join(DAYS[day] for day in sorted(self.days)) if len(self.days) < 7 else "daily"
        return f"{days} {_clock(self.start)}-{_clock(self.end)} {self.zone}"


@dataclass(frozen=True, slots=True)
class Freeze:
    """Both days included, from midnight to midnight."""

    first: date
    last: date
    zone: tzinfo
    reason: str | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether a moment lies in the freeze."""
        return self.first <= now.astimezone(self.zone).date() <= self.last

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" + (f" ({self.reason})" if self.reason else "")


Calendar = tuple[Window, ...] | tuple[Freeze, ...]


def may_start(calendar: Calendar, now: datetime) -> Reading:
    """Judge a moment: any of the windows must hold it, and none of the freezes."""
    freezes = [each for each in calendar if isinstance(each, Freeze)]
    active = [str(each) for each in freezes if each.holds(now)]
    if active:
        text = f"frozen: {'; '.join(active)}; fix: wait, or end the freeze in [release] freeze"
        return Reading(Outcome.FAIL, text, value="frozen", threshold="no freeze")
    if freezes:
        return Reading(Outcome.PASS, "no freeze is active", value="none", threshold="no freeze")
    windows = [each for each in calendar if isinstance(each, Window)]
    known = "; ".join(map(str, windows))
    zone = windows[0].zone
    local = now.astimezone(zone)
    value = f"{DAYS[local.weekday()]} {local:%H:%M}"
    if any(window.holds(now) for window in windows):
        return Reading(Outcome.PASS, f"it is {value} in {zone}", value=value, threshold=known)
    first = min(windows, key=lambda each: each.opens(now).replace(tzinfo=each.zone))
    opens = first.opens(now)
    text = (
        f"it is {value} in {zone}, and deployments go out {known}; "
        f"fix: wait until {DAYS[opens.weekday()]} {opens:%Y-%m-%d %H:%M} {first.zone}"
    )
    return Reading(Outcome.FAIL, text, value=value, threshold=known)


def _clock(minute: int) -> str:
    return f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"
