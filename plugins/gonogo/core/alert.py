"""Alerts: what to tell of a run, given what was told before. No clock, no input, no output.

A problem is told when it begins, when it changes, once in a while as long as it lasts, and when it
is over. A scheduled run that knows nothing is told only when it is not alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from gonogo.core.outcome import Decision
from gonogo.core.past import Identity

NOBODY = Identity()


class Event(StrEnum):
    """What there is to tell."""

    PROBLEM = "problem"
    CHANGED = "changed"
    REMINDER = "reminder"
    RECOVERED = "recovered"
    GO = "go"  # of each run that is well: told to those only who ask for it


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to tell: times in seconds, `at_most` is a number of messages within a time."""

    remind_after: float = 4 * 3600.0
    inconclusive_after: int = 2
    at_most: tuple[int, float] = (6, 3600.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """One run, as far as alerts ask: times are epoch seconds, `reason` is its strongest in a line.

    `signals` tell one problem from another, `suites` are the folders of its checks.
    """

    decision: Decision
    started: float
    finished: float
    scheduled: bool = True
    signals: frozenset[str] = frozenset()
    suites: frozenset[str] = frozenset()
    reason: str = ""
    identity: Identity = NOBODY


@dataclass(frozen=True, slots=True)
class State:
    """What was told of one target; a `decision` of GO is no problem.

    `since` is when the problem began, `seen` when a run saw it last, `told` when it was told last.
    `silent` counts the INCONCLUSIVE runs that nobody was told of, `first` is when the trouble began
    that nobody was told of. `sent` are the times of messages, `held` counts those held back. `ever`
    are the decisions that were told of the problem since it began.
    """

    decision: Decision = Decision.GO
    signals: frozenset[str] = frozenset()
    suites: frozenset[str] = frozenset()
    reason: str = ""
    identity: Identity = NOBODY
    since: float = 0.0
    seen: float = 0.0
    told: float = 0.0
    silent: int = 0
    first: float = 0.0
    sent: tuple[float, ...] = ()
    held: int = 0
    ever: frozenset[Decision] = frozenset()

    def flat(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values |= {"signals": sorted(self.signals), "suites": sorted(self.suites)}
        values["ever"] = sorted(str(each) for each in self.ever)
        return {**values, "identity": [self.identity.id, self.identity.commit]}

    @classmethod
    def from_flat(cls, flat: Mapping[str, Any]) -> "State":
        """Rebuild a state."""
        values = {name: value for name, value in flat.items() if name in cls.__slots__}
        values |= {name: frozenset(values[name]) for name in ("signals", "suites")}
        values |= {"decision": Decision(values["decision"]), "sent": tuple(values["sent"])}
        values["ever"] = frozenset(Decision(each) for each in values["ever"])
        return cls(**{**values, "identity": Identity(*values["identity"])})


@dataclass(frozen=True, slots=True)
class Alert:
    """What to tell. `was` is the decision of the problem before, `since` when it began.

    `before` is the reason of the problem that is over or has changed, `ever` are the decisions that
    were told of it.
    """

    event: Event
    decision: Decision
    since: float
    was: Decision | None = None
    before: str = ""
    held: int = 0
    ever: frozenset[Decision] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """What a run makes of the state, and what to tell; `silence` says why there is nothing."""

    state: State
    alert: Alert | None = None
    silence: str = ""


Wanted = Callable[[Alert], bool]
GOOD = "all is well, and was before"
KNOWN = "the problem is known, and was told"
LONELY = "one INCONCLUSIVE run alone is not told, see inconclusive-after"
NARROW = "a problem was told whose suites this run has not asked"
UNWANTED = "nobody is to be told of this"
HELD = "at-most holds it back; the next run tells it if it still is so"


def step(state: State, seen: Seen, patience: Patience, now: float, wanted: Wanted) -> Step:
    """Weigh a run. `wanted` says whether anybody is to be told of an alert; `now` is the time.

    What `at_most` holds back counts as not told: a later run tells it, if it is still so.
    """
    taken = _weighed(state, seen, patience, now)
    if taken.alert is None:
        return taken
    if not wanted(taken.alert):
        return replace(taken, alert=None, silence=_why_not(taken.alert))
    most, within = patience.at_most
    sent = tuple(at for at in state.sent if now - at < within)
    if len(sent) >= most:
        base = taken.state if taken.alert.event is Event.GO else state
        return Step(_untold(base, taken.alert, state.held + 1), silence=HELD)
    told = replace(taken.state, sent=(*sent, now), held=0)
    return Step(told, replace(taken.alert, held=state.held))


def alone(seen: Seen, wanted: Wanted) -> Step:
    """Weigh a run of which nobody knows the past: whatever is not GO is a problem."""
    event = Event.GO if seen.decision is Decision.GO else Event.PROBLEM
    alert = Alert(event, seen.decision, seen.started)
    if wanted(alert):
        return Step(State(), alert)
    return Step(State(), silence=_why_not(alert))


def undelivered(now: State, told: State, before: State, alert: Alert) -> State:
    """Return the state after nobody could be told: the next run tells it instead.

    A state that another run has changed since then stays as it is.
    """
    return _untold(before, alert, before.held) if now == told else now


def _untold(state: State, alert: Alert, held: int) -> State:
    first = state.first or (alert.since if alert.event is Event.PROBLEM else 0.0)
    return replace(state, first=first, held=held)


def _why_not(alert: Alert) -> str:
    return GOOD if alert.event is Event.GO else UNWANTED


def _weighed(state: State, seen: Seen, patience: Patience, now: float) -> Step:
    if seen.decision is Decision.GO:
        return _good(state, seen)
    if seen.decision is Decision.INCONCLUSIVE and state.decision is not Decision.INCONCLUSIVE:
        silent = state.silent + 1
        if seen.scheduled and silent < patience.inconclusive_after:
            waiting = replace(state, silent=silent, first=state.first or seen.started)
            return Step(waiting, silence=LONELY)
    return _bad(state, seen, patience, now)


def _good(state: State, seen: Seen) -> Step:
    calm = State(sent=state.sent, held=state.held)
    if state.decision is Decision.GO:
        return Step(calm, Alert(Event.GO, seen.decision, seen.started))
    if seen.started < state.seen:
        return Step(state, silence=KNOWN)  # it began before the problem was seen last
    if not (state.suites <= seen.suites or state.identity.same(seen.identity) is False):
        return Step(replace(state, silent=0), silence=NARROW)
    over = Alert(
        Event.RECOVERED,
        seen.decision,
        state.since,
        state.decision,
        state.reason,
        ever=state.ever,
    )
    return Step(calm, over)


def _bad(state: State, seen: Seen, patience: Patience, now: float) -> Step:
    fresh = replace(
        state,
        decision=seen.decision,
        signals=seen.signals,
        suites=seen.suites,
        reason=seen.reason,
        identity=seen.identity,
        seen=max(state.seen, seen.finished),
        told=now,
        silent=0,
        first=0.0,
        ever=state.ever | {seen.decision},
    )
    if state.decision is Decision.GO:
        since = state.first or seen.started
        return Step(replace(fresh, since=since), Alert(Event.PROBLEM, seen.decision, since))
    alert = Alert(Event.CHANGED, seen.decision, state.since, state.decision, state.reason)
    if _differs(state, seen):
        return Step(fresh, alert)
    if now - state.told >= patience.remind_after:
        reminder = replace(alert, event=Event.REMINDER)
        return Step(replace(state, seen=fresh.seen, told=now, silent=0, first=0.0), reminder)
    return Step(replace(state, seen=fresh.seen, silent=0, first=0.0), silence=KNOWN)


def _differs(state: State, seen: Seen) -> bool:
    """Tell whether a run sees another problem.

    What nobody knows differs from run to run, and a run that began before the problem was told
    must add something to it: of two at the same time, one tells.
    """
    vague = seen.decision is Decision.INCONCLUSIVE
    if seen.started < state.told:
        worse = seen.decision.rank > state.decision.rank
        return worse or not (vague or seen.signals <= state.signals)
    if not seen.scheduled and state.identity.same(seen.identity) is False:
        return True  # another deployment, and what it does is no old news
    return seen.decision is not state.decision or not (vague or seen.signals == state.signals)
