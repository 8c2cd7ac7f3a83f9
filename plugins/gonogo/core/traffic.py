"""The two measured triggers of a watch window: errors and latency, from the same calls."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from gonogo.core.baseline import Baseline
from gonogo.core.evidence import LIMIT
from gonogo.core.failures import Failures
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Action, Rule
from gonogo.core.series import Sample, confirmed_by
from gonogo.core.slowness import Slowness
from gonogo.core.trigger import Trigger

SLICE_S = 15.0
SPEAKING, FEWEST = 10, 20  # calls that can confirm something; and that an end needs
ACCEPT, LEAN_FOR, LEAN_AGAINST = 300.0, 3.0, 20.0  # odds: any time, and at the end
STEADY, STEADY_AT_END = 1.0, 3.0  # nats by which nothing may be rising
SIGNALS = {"errors": "error-rate", "latency": "latency"}
NOT_COMPARED = "not compared: no baseline with 12 calls of one route"
Odds = Mapping[str, tuple[float, float]]  # of each way of being bad: now, and when believed
KEPT = 400  # slices that a configured `for` can look back on


class Traffic:
    """All calls of a window, and what they say about errors and latency."""

    def __init__(
        self,
        baseline: Baseline | None,
        rules: Mapping[str, Rule],
        slices: int,
        name: str = "errors",
    ) -> None:
        self._name = name
        self._rules = rules
        self._limits = _limit(rules["error-rate"], 0.05), _limit(rules["latency"], 2.0)
        self._failures = Failures(baseline, self._limits[0], slices)
        slowness = Slowness(baseline, self._limits[1], slices) if baseline else None
        self._slowness = slowness if slowness and slowness.routes else None
        self._past: dict[str, deque[Sample]] = {name: deque(maxlen=KEPT) for name in SIGNALS}
        self._confirmed: dict[str, str] = {}
        self._bad: tuple[float, float] | None = None

    def add(self, at: float, route: str, seconds: float, *, ok: bool) -> None:
        """Take in one call."""
        self._failures.add(ok=ok)
        if not ok:
            self._failed(at)
        elif self._slowness is not None:
            self._slowness.add(route, seconds)

    def count(self, at: float, calls: int, failures: int) -> None:
        """Take in calls that another has counted."""
        self._failures.count(calls, failures)
        if failures:
            self._failed(at)

    def _failed(self, at: float) -> None:
        self._bad = (at if self._bad is None else self._bad[0], at)

    def fold(self, at: float) -> None:
        """End a slice at this time."""
        self._fold_errors(at)
        self._fold_times(at)

    def _fold_errors(self, at: float) -> None:
        self._note("errors", at, self._failures.share(), self._limits[0])
        self._failures.fold()

    def _fold_times(self, at: float) -> None:
        if self._slowness is not None:
            self._note("latency", at, self._slowness.slower(), 0.5)
            self._slowness.fold()

    def _note(self, name: str, at: float, value: float | None, limit: float) -> None:
        if value is not None:
            outcome = Outcome.FAIL if value > limit else Outcome.PASS
            self._past[name].append(Sample(at, outcome))

    def states(self, *, mature: bool) -> tuple[Trigger, ...]:
        """Where errors and latency stand; nothing is confirmed before four slices have passed."""
        enough = mature and self._failures.calls >= SPEAKING
        return self.errors(mature=mature), self._latency(enough)

    def errors(self, *, mature: bool) -> Trigger:
        """Where errors stand."""
        mature = mature and self._failures.calls >= SPEAKING
        calls, failures = self._failures.calls, self._failures.failures
        share = f"{failures / calls:.1%}" if calls else None
        said = f"{share} of {calls} calls fail" if calls else "no calls"
        odds = {"errors": (self._failing_odds(), LIMIT)}
        found = self._state("errors", said, odds, self._failures.total, mature)
        limit = f"{self._limits[0]:.0%}"
        return replace(
            found,
            name=self._name,
            observed=share,
            threshold=limit,
            violates=self._violates(),
            bad=self._bad,
        )

    def _failing_odds(self) -> float:
        return self._failures.odds()

    def _violates(self) -> bool:
        calls, failures = self._failures.calls, self._failures.failures
        return calls >= FEWEST and failures > self._limits[0] * calls

    def _latency(self, mature: bool) -> Trigger:
        slow, action = self._slowness, self._rules["latency"].action
        if slow is None:
            return Trigger("latency", "latency", Outcome.UNKNOWN, NOT_COMPARED, action)
        said = f"{slow.calls} calls compared" if slow.calls else "no calls to compare"
        found = self._state("latency", said, slow.odds(), slow.typical.total, mature)
        violates = slow.calls >= FEWEST and 2 * slow.beyond > slow.calls
        return replace(found, threshold=f"{self._limits[1]:g} x", violates=violates)

    def _state(self, name: str, said: str, odds: Odds, total: float, mature: bool) -> Trigger:
        rule = self._rules[SIGNALS[name]]
        way, (against, limit) = max(odds.items(), key=lambda each: each[1][0] / each[1][1])
        if name not in self._confirmed:
            confirmed = f"odds {against:.0f} : 1" if mature and against >= limit else None
            if rule.duration is not None:
                confirmed = confirmed_by(self._past[name], rule)
            if confirmed is not None:
                self._confirmed[name] = confirmed
        where = "" if way in {name, "typical"} else f" ({way})"
        return Trigger(
            name=name,
            signal=rule.signal,
            outcome=Outcome.FAIL if name in self._confirmed else _unconfirmed(total),
            text=f"{said}, {spoken(against, total)}{where}",
            action=rule.action,
            odds=against,
            confirmed_by=self._confirmed.get(name),
        )

    def leaning(self) -> tuple[str, str] | None:
        """At the end: the trigger that stands against the release at 20 : 1, and what it says."""
        if self._failures.calls < FEWEST:
            return None
        found: dict[str, tuple[float, float]] = {}
        if self._rules["error-rate"].action is Action.ROLLBACK:
            found["errors"] = (self._failing_odds(), LIMIT)
        if self._slowness is not None and self._rules["latency"].action is Action.ROLLBACK:
            found |= self._slowness.odds()
        for way, (odds, limit) in found.items():
            if odds >= limit * LEAN_AGAINST / LIMIT:
                name = self._name if way == "errors" else "latency"
                where = "" if way in {"errors", "typical"} else f" ({way})"
                return name, f"{odds:.0f} : 1 against at the end{where}"
        return None

    def missing(self, *, over: bool) -> tuple[str, str] | None:
        """The trigger that calls leave unclear, and why; None where an acceptance lacks nothing."""
        slow, name = self._slowness, self._name
        if self._failures.calls < FEWEST:
            return name, f"{self._failures.calls} calls, {FEWEST} needed"
        if slow is None and not over and name == "errors":
            return "latency", "not compared, waiting for the end of the window"
        wanted = -math.log(LEAN_FOR if over else ACCEPT)
        rise = STEADY_AT_END if over else STEADY
        if self._failures.total > wanted or self._failures.rising >= rise:
            return name, "not clear yet"
        if slow is None:
            return None
        if slow.typical.total > wanted or slow.rising >= rise or 2 * slow.faster < slow.calls:
            return "latency", "not clear yet"
        return None

    def support(self) -> str:
        """Say what speaks for the release."""
        errors = f"errors {spoken(0.0, self._failures.total)}"
        if self._slowness is None:
            return f"{errors}, latency not compared"
        return f"{errors}, latency {spoken(0.0, self._slowness.typical.total)}"


def spoken(against: float, total: float) -> str:
    """Odds as people say them: 63 : 1 against, 300 : 1 for."""
    if against >= 1 and (against > math.exp(-max(total, -50.0)) or total >= 0):
        return f"{min(against, 1e9):.3g} : 1 against"
    return f"{min(math.exp(min(-total, 50.0)), 1e9):.3g} : 1 for"


def _unconfirmed(total: float) -> Outcome:
    return Outcome.PASS if total <= -math.log(LEAN_FOR) else Outcome.UNKNOWN


def _limit(rule: Rule, default: float) -> float:
    return default if rule.limit is None else rule.limit
