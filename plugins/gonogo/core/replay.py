"""A decision is a function of a record and a policy: this takes it again, from the record alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gonogo.core.finding import Finding
from gonogo.core.outcome import Stage
from gonogo.core.policy import Policy
from gonogo.core.verdict import Verdict

Record = Mapping[str, Any]


def findings_of(record: Record) -> tuple[Finding, ...]:
    """Return the findings of a record; older records lack some keys, which then have defaults."""
    return tuple(_finding(check) for check in record["checks"])


def redecided(record: Record, policy: Policy) -> Verdict:
    """Decide once more, by this policy, what a record says that its run has found."""
    return policy.decide(
        findings_of(record),
        Stage(record["stage"]),
        {**record["guard"], "preexisting": None},  # each finding is asked for it anew
        within_rollback_window=bool(record.get("within_rollback_window")),
        failed_before=frozenset(record.get("failed_before") or ()),
    )


def refolded(old: Policy, new: Policy) -> frozenset[str]:
    """Return the signals that two policies fold differently: a record holds what was folded."""
    return frozenset(
        signal
        for signal, rule in new.rules.items()
        if signal in old.rules
        and replace(rule, action=old.rules[signal].action) != old.rules[signal]
    )


def _finding(check: Record) -> Finding:
    named = {**check, "check": check["id"], "attempts": check["attempts"] - check.get("reruns", 0)}
    return Finding.from_flat(named)
