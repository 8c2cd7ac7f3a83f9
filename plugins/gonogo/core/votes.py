"""How calls vote in a watch: its own, those of the version before, and those that others count.

Slices of 15 s end for all of them at once.
"""

from collections.abc import Mapping

from gonogo.core.baseline import Baseline, is_time
from gonogo.core.beside import Concurrent
from gonogo.core.quiet import QUIET_S, Quiet
from gonogo.core.rule import Rule
from gonogo.core.traffic import SLICE_S, Traffic
from gonogo.core.trigger import Trigger

MATURE = 4  # slices
NO_END = "calls that say nothing: no answer, a login page or a 4xx"


class Votes:
    """All calls from `start` on, for at most so many `slices`; `quiet` is told which routes spoke.

    What others count is judged apart, by its name.
    """

    def __init__(  # noqa: PLR0913 - what a window hands on
        self,
        baseline: Baseline | None,
        rules: Mapping[str, Rule],
        start: float,
        slices: int,
        quiet: Quiet,
        *,
        beside: bool,
    ) -> None:
        self._rules = rules
        self._start = start
        self._slices = slices
        self._quiet = quiet
        self._before = baseline
        self._beside = Concurrent(rules, slices) if beside else None
        self._own = self._beside or Traffic(baseline, rules, slices)
        self._counted: dict[str, Traffic] = {}
        self._slice = 0

    @property
    def baseline(self) -> Baseline | None:
        """What the release before did beside, None where nobody asked it."""
        return None if self._beside is None else self._beside.baseline

    def expect(self, name: str) -> None:
        """Judge what another will count, and lack it until it comes."""
        self._counted[name] = Traffic(None, self._rules, self._slices, name)

    def request(self, at: float, route: str, ok: bool | None, seconds: float) -> None:
        """Take in one call; `ok` None is a call nobody knows the end of: it counts for nothing."""
        if ok is None or at < self._start or (ok and not is_time(seconds)):
            self._quiet.silent("errors", route, NO_END)
            return
        self._quiet.heard("errors", route, at)
        self._own.add(at, route, seconds, ok=ok)

    def request_beside(self, at: float, route: str, ok: bool | None, seconds: float) -> None:
        """Take in one call of the release before."""
        known = ok is not None and at >= self._start and is_time(seconds)
        if self._beside is not None and known:
            self._beside.add_beside(route, seconds, ok=bool(ok))

    def counted(self, name: str, at: float, calls: int, failures: int) -> None:
        """Take in calls that another has counted."""
        if name not in self._counted:
            self.expect(name)
        if at >= self._start and 0 <= failures <= calls:
            self._counted[name].count(at, calls, failures)
        if calls:
            self._quiet.heard(name, name, at)
        else:
            self._quiet.silent(name, name, "no calls", QUIET_S)

    def fold(self, at: float) -> None:
        """End each slice that is over by now."""
        whole = int((at - self._start) // SLICE_S)
        while self._slice < whole:
            self._slice += 1
            self.end(self._start + self._slice * SLICE_S)

    def end(self, at: float) -> None:
        """End the slice that is open, whole or not."""
        for traffic in self._all:
            traffic.fold(at)

    def states(self) -> tuple[Trigger, ...]:
        """Where each kind stands."""
        mature = self._slice >= MATURE
        counted = (traffic.errors(mature=mature) for traffic in self._counted.values())
        return (*self._own.states(mature=mature), *counted)

    def leaning(self) -> tuple[str, str] | None:
        """At the end: the first trigger that stands against the release, and what it says."""
        found = (traffic.leaning() for traffic in self._all)
        return next((each for each in found if each is not None), None)

    def missing(self, *, over: bool) -> tuple[str, str] | None:
        """The trigger that still lacks something for an acceptance, and what."""
        found = (traffic.missing(over=over) for traffic in self._all)
        return next((each for each in found if each is not None), None) or self._lost()

    def _lost(self) -> tuple[str, str] | None:
        """A route where the release before answered, and this one says nothing at all."""
        known = self.baseline or self._before
        lost = [r for r in self._quiet.never_heard("errors") if known and r in known.routes]
        return (
            ("errors", f"{lost[0]}: the version before answers, this one gives {NO_END}")
            if lost
            else None
        )

    def support(self) -> str:
        """Say what speaks for the release."""
        return self._own.support()

    @property
    def _all(self) -> tuple[Traffic, ...]:
        return (self._own, *self._counted.values())
