"""The version before, serving beside the new one: a baseline that grows with the window.

What slows both down is nobody's fault, so each slice of the new version is compared with what the
version before did up to the end of that slice, and a slice in which the version before was ill
itself says nothing. Both are known from its own calls alone, which keeps the odds honest.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gonogo.core.baseline import Baseline, Call
from gonogo.core.evidence import HELD, LIMIT
from gonogo.core.failures import RATIO
from gonogo.core.latency import Comparison
from gonogo.core.rule import Rule
from gonogo.core.slowness import Slowness
from gonogo.core.traffic import Traffic
from gonogo.core.trigger import Trigger

KEPT = 20  # slices that are compared with: five minutes; what is older may have drifted away
FEWEST_FAILURES = 2  # in a slice: one failure is no outage
Timed = tuple[float, Call]
Counts = tuple[int, int, int, int]  # calls and failures, and those of the version before
MUCH_WORSE = 2.0  # times the share of failures of the version before, where both are ill
ILL = 0.5  # of a slice's calls nearer to the limit than to usual


class Beside:
    """Calls of the version before, slice by slice; `limit` is the share of failures allowed."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._slices: deque[list[Call]] = deque(maxlen=KEPT)
        self._open: list[Call] = []
        self._newest: list[Call] = []

    def add(self, call: Call) -> None:
        """Take in one call."""
        self._open.append(call)

    def fold(self) -> None:
        """End the slice."""
        self._newest, self._open = self._open, []
        if self._newest:
            self._slices.append(self._newest)

    @property
    def silent(self) -> bool:
        """True where the slice that ended has no call, so that nothing can be compared."""
        return not self._newest

    @property
    def failing(self) -> bool:
        """True where the version before passed the limit of failures itself in that slice."""
        calls, failures = self.failures
        return failures >= FEWEST_FAILURES and failures > self._limit * calls

    @property
    def failures(self) -> tuple[int, int]:
        """Calls and failures of the slice that ended."""
        return len(self._newest), sum(not call.ok for call in self._newest)

    def slow(self, compared: Mapping[str, Comparison]) -> bool:
        """True where the version before was itself nearer to the limit than to usual."""
        over = [
            math.log(call.seconds / row.centre) >= row.middle
            for call in self._newest
            if call.ok and (row := compared.get(call.route)) is not None
        ]
        return sum(over) > ILL * len(over)

    @property
    def baseline(self) -> Baseline:
        """Its calls of the last slices, the newest included."""
        return Baseline.of(call for each in self._slices for call in each)


class Concurrent(Traffic):
    """The calls of a window while the version before serves beside.

    A slice waits for its end, so that what it is compared with is there. Times wait longer, until
    one route of the version before has been called often enough, and are judged then.
    """

    def __init__(self, rules: Mapping[str, Rule], slices: int) -> None:
        super().__init__(None, rules, slices)
        self._planned = slices
        self._beside = Beside(self._limits[0])
        self._held: list[Timed] = []  # of the open slice
        self._waiting: list[tuple[float, list[Timed]]] = []  # whose times nothing is known about
        self._left_out = 0
        self._judged: deque[Counts] = deque(maxlen=KEPT)
        self._both_ill = (0, 0, 0, 0)  # calls and failures while the version before failed

    @property
    def baseline(self) -> Baseline:
        """What the version before has done."""
        return self._beside.baseline

    def add(self, at: float, route: str, seconds: float, *, ok: bool) -> None:
        """Take in one call of the new version."""
        self._held.append((at, Call(route, ok, seconds)))

    def add_beside(self, route: str, seconds: float, *, ok: bool) -> None:
        """Take in one call of the version before."""
        self._beside.add(Call(route, ok, seconds))

    def fold(self, at: float) -> None:
        """End a slice, and judge it unless the version before was silent or failing in it."""
        held, self._held = self._held, []
        self._beside.fold()
        counts = (len(held), sum(not call.ok for _, call in held), *self._beside.failures)
        if self._beside.silent or self._beside.failing:
            self._left_out += bool(held)
            if self._beside.failing:
                self._both_ill = _sum([self._both_ill, counts])
            return
        self._judged.append(counts)
        self._failures.judge_by(self._beside.baseline)
        for when, call in held:
            self._failures.add(ok=call.ok)
            if not call.ok:
                self._failed(when)
        self._fold_errors(at)
        self._waiting.append((at, held))
        self._compare_times()

    def _compare_times(self) -> None:
        baseline = self._beside.baseline
        if self._slowness is None:
            made = Slowness(baseline, self._limits[1], self._planned)
            self._slowness = made if made.routes else None
        else:
            self._slowness.judge_by(baseline)
        if self._slowness is None:
            return
        waiting, self._waiting = self._waiting, []
        if self._beside.slow(self._slowness.compared):
            self._left_out += bool(waiting[-1][1])
            waiting.pop()
        for at, held in waiting:
            for _, call in held:
                if call.ok:
                    self._slowness.add(call.route, call.seconds)
            self._fold_times(at)

    def _is_alike(self) -> bool:
        """True while the version before fails about as often in the slices that were judged."""
        calls, failures, calls_before, failures_before = _sum(self._judged)
        return failures * calls_before < RATIO * failures_before * calls

    def _failing_odds(self) -> float:
        odds = super()._failing_odds()
        return min(odds, HELD * LIMIT) if self._is_alike() else odds

    def _fold_errors(self, at: float) -> None:
        limit = math.inf if self._is_alike() else self._limits[0]
        self._note("errors", at, self._failures.share(), limit)
        self._failures.fold()

    def missing(self, *, over: bool) -> tuple[str, str] | None:
        """As for any window; and no worse than the version before is not good enough."""
        if self._violates():
            return "errors", "past the limit, and the version before is not much better"
        if self._is_worse_where_both_are_ill():
            return "errors", "much worse than the version before wherever that one was ill as well"
        return super().missing(over=over)

    def _is_worse_where_both_are_ill(self) -> bool:
        """True where what was left out would pass the limit, and is more than twice as bad."""
        calls, failures, calls_before, failures_before = self._both_ill
        share, before = failures / max(1, calls), failures_before / max(1, calls_before)
        in_all = self._failures.failures + failures
        past = in_all > self._limits[0] * (self._failures.calls + calls)
        return past and failures >= FEWEST_FAILURES and share > MUCH_WORSE * before

    def errors(self, *, mature: bool) -> Trigger:
        """Where errors stand, and how much was left out."""
        found = super().errors(mature=mature)
        if not self._left_out:
            return found
        many = f"{self._left_out} slice{'s' if self._left_out > 1 else ''} left out"
        return replace(found, text=f"{found.text}; {many}: the version before was silent or ill")


def _sum(each: Iterable[Counts]) -> Counts:
    a, b, c, d = (sum(column) for column in zip((0, 0, 0, 0), *each, strict=True))
    return a, b, c, d
