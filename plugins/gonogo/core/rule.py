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

# what raises a signal
RAISED_BY: Mapping[str, str] = {
    "http-5xx": "level 1 answers with a server error",
    "live": "level 1 answers, but not as a healthy service: no 200, a login page, a bad word",
    "unreachable": "level 1 does not answer, while a control URL does",
    "database": "a dependency with `critical = true` is down",
    "critical-path": "an endpoint, journey or test with `critical = true` fails",
    "memory": "memory that is used, as a share of what there is",
    "error-rate": "failed requests, as a share of all",
    "latency": "a route is slower than the baseline, by this factor",
    "db-pool": "connections that are used, as a share of the pool",
    "resources": "processor, memory or disk that is used, as a share of what there is",
    "slow": "level 1 is over its `budget`, at the best of three",
    "healthy-now": "the target is not well before the deployment",
    "dependency": "a dependency that is not critical is down",
    "smoke": "an endpoint, journey or test that is not critical fails",
    "not-live": "another commit serves than the one that was deployed",
    "environment": "a variable, an env file or a rule between variables is wrong",
    "ci": "a required check of the commit has not succeeded",
    "quality": "coverage, test results or a scan are not good enough",
    "migration": "the schema cannot follow the release, or a rollback the schema",
    "backup": "the newest backup is too old, too small or not there",
    "approval": "nobody confirmed it, or the target before has no GO for the commit",
    "incident": "an incident is open",
    "deploy-path": "no way to bring the release out can be used",
    "drift": "a variable that another target has is missing here",
    "rotation": "a secret is older than its `max-age`",
    "window": "deployments do not go out now",
    "path": "one way to bring the release out cannot be used",
}
