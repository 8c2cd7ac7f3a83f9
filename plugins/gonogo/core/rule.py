"""Rules: which decision a failing signal leads to, and when it counts as confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a confirmed failure asks for."""

    ROLLBACK = "rollback"
    BLOCK = "block"
    HOLD = "hold"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table of signals.

    `consecutive` failures in a row confirm, or `of_last` = (failures, samples).
    `limit` and `duration` (seconds) belong to measured signals and are None elsewhere.
    """

    signal: str
    action: Action
    consecutive: int = 3
    of_last: tuple[int, int] | None = (4, 10)
    limit: float | None = None
    duration: float | None = None


def _rules(action: Action, *signals: str, **fields: object) -> list[Rule]:
    return [Rule(signal, action, **fields) for signal in signals]  # type: ignore[arg-type]


_ONCE = {"consecutive": 1, "of_last": None}

DEFAULT_RULES: Mapping[str, Rule] = {
    rule.signal: rule
    for rule in (
        *_rules(Action.ROLLBACK, "http-5xx", "live", "unreachable", "database"),
        *_rules(Action.ROLLBACK, "critical-path", **_ONCE),
        Rule("memory", Action.ROLLBACK, consecutive=3, of_last=None, limit=0.95),
        Rule("error-rate", Action.ROLLBACK, **_ONCE, limit=0.05),  # type: ignore[arg-type]
        Rule("latency", Action.ROLLBACK, **_ONCE, limit=2.0),  # type: ignore[arg-type]
        Rule("db-pool", Action.ROLLBACK, **_ONCE, limit=0.90, duration=60.0),  # type: ignore[arg-type]
        Rule("resources", Action.ROLLBACK, **_ONCE, limit=0.90, duration=60.0),  # type: ignore[arg-type]
        *_rules(Action.HOLD, "slow", "healthy-now", consecutive=3, of_last=None),
        *_rules(Action.HOLD, "dependency"),
        *_rules(Action.HOLD, "smoke", **_ONCE),
        *_rules(Action.BLOCK, "not-live", **_ONCE),
        *_rules(
            Action.BLOCK,
            "environment",
            "ci",
            "quality",
            "migration",
            "backup",
            "approval",
            "incident",
            "deploy-path",
            **_ONCE,
        ),
        *_rules(Action.WARN, "drift", "rotation", "window", "path", **_ONCE),
    )
}
SIGNALS = frozenset(DEFAULT_RULES)
