"""`for` across scheduled runs: what one run cannot confirm, a row of them can."""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gonogo.core.finding import Finding
from gonogo.core.outcome import Outcome
from gonogo.core.policy import Policy
from gonogo.core.rule import Rule
from gonogo.core.series import NOT_YET, Sample, has_lasted

PAUSES = 3  # so many times the usual time between runs is still no interruption
KNOWN = 3  # runs, this one among them, that tell what is usual


@dataclass(frozen=True, slots=True)
class Sighting:
    """What an earlier scheduled run saw of a check; `at` is when it began, in epoch seconds."""

    at: float
    check: str
    service: str | None
    signal: str
    outcome: Outcome


@dataclass(frozen=True)
class Row:
    """The scheduled runs before this one: when they began, and what they saw."""

    starts: Sequence[float]
    sightings: Sequence[Sighting]


def open_rules(findings: Iterable[Finding], policy: Policy) -> dict[str, Rule]:
    """Return the checks that fail, are not confirmed, and whose rule asks `for` how long."""
    rules = {each.check: policy.rule_for(each) for each in findings if _is_open(each)}
    return {check: rule for check, rule in rules.items() if rule.duration is not None}


def confirmed_by_row(
    findings: Sequence[Finding], policy: Policy, row: Row, now: float
) -> tuple[Finding, ...]:
    """Confirm what fails now and in each run before, for as long as its rule asks.

    A pass or another failure of the same check begins anew, an unknown says nothing, and so does a
    run that did not ask; but a hole of more than three times the usual time between runs, and of
    more than the rule asks, begins anew as well. What was not recorded confirms nothing.
    """
    rules = open_rules(findings, policy)
    return tuple(
        _confirmed(each, rules[each.check].duration or 0.0, row, now)
        if each.check in rules and _is_open(each)
        else each
        for each in findings
    )


def longest_pause(starts: Iterable[float], duration: float, now: float) -> float:
    """Return the seconds without a look that are still no interruption."""
    times = sorted({*(at for at in starts if at < now), now})
    if len(times) < KNOWN:
        return duration
    pauses = [later - at for at, later in itertools.pairwise(times)]
    return max(PAUSES * statistics.median_low(pauses), duration)


def _is_open(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAIL and finding.confirmed_by == NOT_YET


def _confirmed(finding: Finding, duration: float, row: Row, now: float) -> Finding:
    seen = [
        Sample(each.at, _about(each, finding))
        for each in sorted(row.sightings, key=lambda sighting: sighting.at)
        if each.check == finding.check
    ]
    pause = longest_pause(row.starts, duration, now)
    if not has_lasted([*seen, Sample(now, Outcome.FAIL)], duration, pause):
        return finding
    return replace(finding, confirmed_by=f"every scheduled run for {duration:g}s")


def _about(sighting: Sighting, finding: Finding) -> Outcome:
    same = (sighting.service, sighting.signal) == (finding.service, finding.signal)
    return Outcome.PASS if sighting.outcome is Outcome.FAIL and not same else sighting.outcome
