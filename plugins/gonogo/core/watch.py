"""A watch window: samples in, and at any moment where each trigger stands and what follows.

The procedure. Hard facts (health, dependencies, resources) act as soon as their rule confirms
them. Calls vote in slices of 15 s, failures and response times apart; odds of 200 : 1 against the
release roll it back. From `earliest` on it is accepted at 300 : 1 for it, with nothing getting
worse; at the end the clearly better supported side wins, or the window is inconclusive. No clock:
every time comes in, in seconds of any one clock.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.baseline import Baseline, is_time
from gonogo.core.outcome import Outcome
from gonogo.core.rule import DEFAULT_RULES, Rule
from gonogo.core.traffic import SLICE_S, Traffic
from gonogo.core.trend import Floor
from gonogo.core.trigger import Gauge, Trigger

EXCUSED_S = 300.0  # how far the runner's own silence may move the end
_SIGNALS = {"memory": ("memory", "resources"), "db-pool": ("db-pool",)}


class Course(StrEnum):
    """What a window says should be done."""

    UNDECIDED = "undecided"
    ACCEPT = "accept"
    INCONCLUSIVE = "inconclusive"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Span:
    """When a window may accept, and when it ends, in seconds after its start."""

    earliest: float = 300.0
    latest: float = 900.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of a window: its course with the reason, each trigger, and the seconds left."""

    course: Course
    reason: str
    triggers: tuple[Trigger, ...]
    left: float


class Window:
    """One watch of one release, from `start` on.

    `baseline` is what the release before answered, None where nobody knows; `rules` is the table
    of signals; `expected` names the gauges without which nothing may be accepted.
    """

    def __init__(
        self,
        baseline: Baseline | None,
        rules: Mapping[str, Rule] = DEFAULT_RULES,
        start: float = 0.0,
        span: Span = Span(),
        expected: Mapping[str, str] | None = None,
    ) -> None:
        if not (math.isfinite(start) and span.latest > 0):
            raise ValueError("a window needs a start and a length above zero")
        self._rules = rules
        self._start = start
        self._now = start
        self._end = start + span.latest
        self._earliest = start + min(span.earliest, span.latest)
        self._excused = 0.0
        slices = math.ceil((span.latest + EXCUSED_S) / SLICE_S)
        self._traffic = Traffic(baseline, rules, slices)
        self._slice = 0
        self._gauges = {
            name: Gauge(name, rules[signal]) for name, signal in (expected or {}).items()
        }
        self._floor = Floor(start)
        self._course = Course.UNDECIDED
        self._reason = ""

    # samples

    def request(self, at: float, route: str, ok: bool | None, seconds: float) -> None:
        """Take in one call; `ok` None is a call nobody knows the end of: it counts for nothing."""
        self._fold(_moment(at))
        if ok is None or at < self._start or (ok and not is_time(seconds)):
            return
        self._traffic.add(route, seconds, ok=ok)

    def reading(
        self, name: str, at: float, outcome: Outcome, text: str = "", signal: str | None = None
    ) -> None:
        """Take in one reading of a gauge; `signal` is what it raised, or the name."""
        rule = self._rules[signal or name]
        self._gauge(name, rule).add(_moment(at), outcome, text or str(outcome), rule=rule)

    def health(self, at: float, outcome: Outcome, text: str = "", signal: str = "live") -> None:
        """Take in one answer of a health endpoint."""
        self.reading("health", at, outcome, text, signal)

    def resource(self, name: str, at: float, value: float) -> None:
        """Take in a share in use, 0 to 1, of `memory`, `cpu`, `disk` or `db-pool`."""
        known = math.isfinite(value) and value >= 0
        if known and name == "memory":
            self._floor.add(_moment(at), value)
        for signal in _SIGNALS.get(name, ("resources",)):
            rule = self._rules[signal]
            limit = rule.limit if rule.limit is not None else 1.0
            outcome = Outcome.FAIL if value > limit else Outcome.PASS
            own = signal if name == signal else f"{signal} {name}"
            text = f"{value:.0%} used, limit {limit:.0%}" if known else "not a share"
            self._gauge(own, rule).add(
                at, outcome if known else Outcome.UNKNOWN, text, f"{value:.0%}" if known else None
            )

    def excuse(self, seconds: float) -> None:
        """Move the end by a silence that was the runner's own, 5 minutes in all at the most."""
        more = min(max(0.0, seconds), EXCUSED_S - self._excused)
        self._excused += more
        self._end += more

    # the state

    def at(self, now: float) -> Progress:
        """Say where everything stands. What was once decided can only get worse."""
        self._fold(_moment(now))
        self._now = max(self._now, now)
        triggers = self._triggers()
        course, reason = self._judge(triggers)
        if _ORDER.index(course) > _ORDER.index(self._course):
            self._course, self._reason = course, reason
        return Progress(self._course, self._reason, triggers, max(0.0, self._end - self._now))

    def _fold(self, at: float) -> None:
        whole = int((min(at, self._end) - self._start) // SLICE_S)
        while self._slice < whole:
            self._slice += 1
            self._traffic.fold(self._start + self._slice * SLICE_S)

    def _gauge(self, name: str, rule: Rule) -> Gauge:
        found = self._gauges.get(name)
        if found is None:
            found = self._gauges[name] = Gauge(name, rule)
        return found

    def _triggers(self) -> tuple[Trigger, ...]:
        gauges = tuple(gauge.state() for gauge in self._gauges.values())
        return (*self._traffic.states(mature=self._slice >= 4), *gauges)

    def _judge(self, triggers: tuple[Trigger, ...]) -> tuple[Course, str]:
        for each in triggers:
            if each.rolls_back:
                return Course.ROLLBACK, f"{each.name}: {each.text}, {each.confirmed_by}"
        if self._now < self._earliest:
            return Course.UNDECIDED, ""
        over = self._now >= self._end
        if over:
            against = self._traffic.leaning()
            if against is not None:
                return Course.ROLLBACK, against
        missing = self._missing(triggers, over=over)
        if missing is None:
            return Course.ACCEPT, self._traffic.support()
        return (Course.INCONCLUSIVE if over else Course.UNDECIDED), missing

    def _missing(self, triggers: tuple[Trigger, ...], *, over: bool) -> str | None:
        """What is still missing for an acceptance; None where nothing is."""
        for each in triggers:
            if each.outcome is Outcome.FAIL:
                return f"{each.name}: {each.text}"
            if each.outcome is Outcome.UNKNOWN and each.name in self._gauges:
                return f"{each.name}: {each.text}"
        for name, gauge in self._gauges.items():
            if gauge.failing:
                return f"{name}: failing, not confirmed"
        ahead = self._floor.ahead()
        limit = self._rules["memory"].limit or 1.0
        if ahead is not None and ahead >= limit:
            return f"memory: on its way to {ahead:.0%} within 15 minutes"
        return self._traffic.missing(over=over)


_ORDER = tuple(Course)


def _moment(at: float) -> float:
    if not math.isfinite(at):
        raise ValueError(f"not a time: {at}")
    return at
