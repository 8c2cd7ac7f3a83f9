"""The gauges of a watch: health, dependencies and resources, read one by one and judged apart."""

import math
from collections.abc import Mapping

from gonogo.core.clock import instant
from gonogo.core.outcome import Outcome
from gonogo.core.quiet import Quiet
from gonogo.core.rule import Rule
from gonogo.core.trend import Floor
from gonogo.core.trigger import Gauge, Trigger

_SIGNALS = {"memory": ("memory", "resources"), "db-pool": ("db-pool",)}


class Gauges:
    """The table of gauges by name, each made by its first reading or because it is expected.

    `quiet` is told which of them spoke, and which did not; `start` is where the floor of a share
    of memory begins.
    """

    def __init__(self, rules: Mapping[str, Rule], start: float, quiet: Quiet) -> None:
        self._rules = rules
        self._start = start
        self._quiet = quiet
        self._gauges: dict[str, Gauge] = {}
        self._floors: dict[str, Floor] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._gauges

    def expect(self, name: str, signal: str) -> None:
        """Add a gauge that lacks readings until it has some."""
        self._gauges[name] = Gauge(name, self._rules[signal])

    def reading(self, name: str, at: float, outcome: Outcome, text: str, rule: Rule) -> None:
        """Take in one reading; `rule` is that of the signal it raised."""
        self._gauge(name, rule).add(instant(at), outcome, text or str(outcome), rule=rule)
        self._listen(name, at, outcome, text)

    def resource(
        self, name: str, at: float, value: float, kind: str, limit: float | None = None
    ) -> None:
        """Take in a share in use, judged by each rule that looks at shares of this kind."""
        known = math.isfinite(value) and value >= 0
        if known and kind == "memory":
            self._floors.setdefault(name, Floor(self._start)).add(instant(at), value)
        for row in _SIGNALS.get(kind, ("resources",)):
            rule = self._rules[row]
            most = rule.limit if limit is None or row != kind else limit
            most = 1.0 if most is None else most
            outcome = Outcome.FAIL if value > most else Outcome.PASS
            own = name if row == kind or kind not in _SIGNALS else f"{name} {row}"
            text = f"{value:.0%} used, limit {most:.0%}" if known else "no share can be read"
            outcome = outcome if known else Outcome.UNKNOWN
            self._gauge(own, rule).add(at, outcome, text)
            self._listen(own, at, outcome, text)

    def states(self) -> tuple[Trigger, ...]:
        """Where each of them stands."""
        return tuple(gauge.state() for gauge in self._gauges.values())

    def missing(self) -> tuple[str, str] | None:
        """The gauge that speaks against an acceptance though nothing is confirmed, and why."""
        for name, gauge in self._gauges.items():
            if gauge.failing:
                return name, "failing, not confirmed"
        limit = self._rules["memory"].limit or 1.0
        for name, floor in self._floors.items():
            ahead = floor.ahead()
            if ahead is not None and ahead >= limit:
                return name, f"on its way to {ahead:.0%} within 15 minutes"
        return None

    def _gauge(self, name: str, rule: Rule) -> Gauge:
        found = self._gauges.get(name)
        if found is None:
            found = self._gauges[name] = Gauge(name, rule)
        return found

    def _listen(self, name: str, at: float, outcome: Outcome, text: str) -> None:
        if outcome is Outcome.UNKNOWN:
            self._quiet.silent(name, name, text)
        else:
            self._quiet.heard(name, name, at)
