"""A watch window: samples in, and at any moment where each trigger stands and what follows.

The procedure. Hard facts (health, dependencies, resources) act as soon as their rule confirms
them. Calls vote in slices of 15 s, failures and response times apart; odds of 200 : 1 against the
release roll it back. From `earliest` on it is accepted at 300 : 1 for it, with nothing getting
worse; at the end the clearly better supported side wins, or the window is inconclusive. No clock:
every time comes in, in seconds of any one clock.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from gonogo.core.baseline import Baseline
from gonogo.core.clock import instant
from gonogo.core.gauges import Gauges
from gonogo.core.outcome import Outcome
from gonogo.core.quiet import QUIET_S, Quiet
from gonogo.core.rule import DEFAULT_RULES, Rule
from gonogo.core.series import NOT_YET
from gonogo.core.traffic import SLICE_S
from gonogo.core.trigger import Trigger
from gonogo.core.votes import Votes

EXCUSED_S = 300.0  # how far the runner's own silence may move the end


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
    of signals; `expected` names what must be read before anything is accepted, with its signal.
    With `beside`, the release before serves at the same time: `request_beside` takes its calls in,
    and they are the baseline.
    """

    def __init__(  # noqa: PLR0913 - what a window consists of
        self,
        baseline: Baseline | None,
        rules: Mapping[str, Rule] = DEFAULT_RULES,
        start: float = 0.0,
        span: Span = Span(),
        expected: Mapping[str, str] | None = None,
        *,
        beside: bool = False,
    ) -> None:
        if not (math.isfinite(start) and span.latest > 0):
            raise ValueError("a window needs a start and a length above zero")
        self.rules = rules
        self._now = start
        self._end = start + span.latest
        self._earliest = start + min(span.earliest, span.latest)
        self._excused = 0.0
        self._closed = False
        self._quiet = Quiet()
        slices = math.ceil((span.latest + EXCUSED_S) / SLICE_S)
        self._votes = Votes(baseline, rules, start, slices, self._quiet, beside=beside)
        self._gauges = Gauges(rules, start, self._quiet)
        for name, signal in (expected or {}).items():
            if signal == "error-rate":
                self._votes.expect(name)
            else:
                self._gauges.expect(name, signal)
        self._course = Course.UNDECIDED
        self._culprit = ""
        self._reason = ""

    # samples

    def request(self, at: float, route: str, ok: bool | None, seconds: float) -> None:
        """Take in one call; `ok` None is a call nobody knows the end of: it counts for nothing."""
        self._fold(at)
        self._votes.request(at, route, ok, seconds)

    def request_beside(self, at: float, route: str, ok: bool | None, seconds: float) -> None:
        """Take in one call of the release before, which serves beside."""
        self._fold(at)
        self._votes.request_beside(at, route, ok, seconds)

    @property
    def baseline(self) -> Baseline | None:
        """What the release before did beside, None where nobody asked it."""
        return self._votes.baseline

    def reading(  # noqa: PLR0913 - what a reading consists of
        self,
        name: str,
        at: float,
        outcome: Outcome,
        text: str = "",
        signal: str | None = None,
        rule: Rule | None = None,
    ) -> None:
        """Take in one reading of a gauge; `signal` is what it raised, or the name.

        `rule` confirms a failure where that of the signal does not.
        """
        self._gauges.reading(name, at, outcome, text, rule or self.rules[signal or name])

    def health(self, at: float, outcome: Outcome, text: str = "", signal: str = "live") -> None:
        """Take in one answer of a health endpoint."""
        self.reading("health", at, outcome, text, signal)

    def counted(self, name: str, at: float, calls: int, failures: int) -> None:
        """Take in calls that another has counted since the last time, and judge them apart."""
        self._fold(at)
        self._votes.counted(name, at, calls, failures)

    def uncounted(self, name: str, text: str) -> None:
        """Note that nobody could say how many calls there were."""
        self._quiet.silent(name, name, text)

    def unchanged(self, name: str) -> None:
        """Note that a source had nothing new to say."""
        self._quiet.silent(name, name, "nothing new", QUIET_S)

    def resource(
        self, name: str, at: float, value: float, signal: str = "", limit: float | None = None
    ) -> None:
        """Take in a share in use, 0 to 1; `name` alone says what it is, or else `signal` does.

        A share of memory is judged by the rule of `memory` and by that of `resources`.
        """
        self._gauges.resource(name, at, value, signal or name, limit)

    def excuse(self, seconds: float) -> None:
        """Move the end by a silence that was the runner's own, 5 minutes in all at the most."""
        more = min(max(0.0, seconds), EXCUSED_S - self._excused)
        self._excused += more
        self._end += more
        self._earliest += more

    # the state

    def at(self, now: float) -> Progress:
        """Say where everything stands. What was once decided can only get worse."""
        self._fold(now)
        self._now = max(self._now, now)
        if self._now >= self._end and not self._closed:
            self._closed = True
            self._votes.end(self._now)  # a short window ends within a slice
        triggers = (*self._votes.states(), *self._gauges.states())
        course, culprit, reason = self._judge(triggers)
        if _ORDER.index(course) > _ORDER.index(self._course):
            self._course, self._culprit, self._reason = course, culprit, reason
        if self._course in {Course.ROLLBACK, Course.INCONCLUSIVE}:
            triggers = tuple(self._explained(each) for each in triggers)
        return Progress(self._course, self._reason, triggers, max(0.0, self._end - self._now))

    def _explained(self, trigger: Trigger) -> Trigger:
        """Let what decided the end say so, and what is past its limit, confirmed or not."""
        if trigger.outcome is Outcome.FAIL:
            return trigger
        is_culprit = trigger.name == self._culprit
        text = self._reason.removeprefix(f"{trigger.name}: ") if is_culprit else trigger.text
        if is_culprit and self._course is Course.ROLLBACK:
            return replace(trigger, outcome=Outcome.FAIL, confirmed_by=text)
        if is_culprit and text != trigger.text:
            text = f"{trigger.text}: {text}"
        if trigger.violates:
            return replace(trigger, outcome=Outcome.FAIL, confirmed_by=NOT_YET, text=text)
        return replace(trigger, outcome=Outcome.UNKNOWN, text=text) if is_culprit else trigger

    def _fold(self, at: float) -> None:
        self._votes.fold(min(instant(at), self._end))

    def _judge(self, triggers: tuple[Trigger, ...]) -> tuple[Course, str, str]:
        """The course, the trigger that decides it, and the reason."""
        for each in triggers:
            if each.rolls_back:
                reason = f"{each.name}: {each.text}, {each.confirmed_by}"
                return Course.ROLLBACK, each.name, reason
        gone = next((each for each in triggers if each.is_gone), None)
        if gone is not None:
            return Course.INCONCLUSIVE, gone.name, f"{gone.name}: {gone.text}"
        if self._now < self._earliest:
            return Course.UNDECIDED, "", ""
        over = self._now >= self._end
        against = self._votes.leaning() if over else None
        if against is not None:
            return Course.ROLLBACK, against[0], f"{against[0]}: {against[1]}"
        missing = self._missing(triggers, over=over)
        if missing is None:
            return Course.ACCEPT, "", self._votes.support()
        course = Course.INCONCLUSIVE if over else Course.UNDECIDED
        return course, missing[0], f"{missing[0]}: {missing[1]}"

    def _missing(self, triggers: tuple[Trigger, ...], *, over: bool) -> tuple[str, str] | None:
        """The trigger that still lacks something for an acceptance, and what; None if none."""
        for each in triggers:
            silent = each.outcome is Outcome.UNKNOWN and each.name in self._gauges
            if silent or each.outcome is Outcome.FAIL:
                return each.name, each.text
        unclear = self._gauges.missing() or self._votes.missing(over=over)
        return unclear or self._quiet.gap(self._now)


_ORDER = tuple(Course)
