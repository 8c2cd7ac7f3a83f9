"""The table of signals: what each leads to, when it is confirmed, what a guard refuses."""

import pytest

from gonogo.core.finding import Finding
from gonogo.core.guard import GUARDS
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.policy import Policy
from gonogo.core.rule import DEFAULT_RULES, Action

AT_ONCE = {"http-5xx", "live", "unreachable", "database"}
TABLE = {
    **dict.fromkeys(AT_ONCE, (Action.ROLLBACK, 3, (4, 10))),
    "critical-path": (Action.ROLLBACK, 1, None),
    "memory": (Action.ROLLBACK, 3, None),
    **dict.fromkeys(("error-rate", "latency"), (Action.ROLLBACK, 1, None)),
    **dict.fromkeys(("db-pool", "resources"), (Action.ROLLBACK, 1, None)),
    "slow": (Action.HOLD, 3, None),
    "dependency": (Action.HOLD, 3, (4, 10)),
    "healthy-now": (Action.HOLD, 3, None),
    "smoke": (Action.HOLD, 1, None),
    "not-live": (Action.BLOCK, 1, None),
    **dict.fromkeys(
        ("environment", "ci", "quality", "migration", "backup", "approval", "incident"),
        (Action.BLOCK, 1, None),
    ),
    "deploy-path": (Action.BLOCK, 1, None),
    **dict.fromkeys(("drift", "rotation", "window", "path"), (Action.WARN, 1, None)),
}
LIMITS = {"memory": 0.95, "error-rate": 0.05, "latency": 2.0, "db-pool": 0.9, "resources": 0.9}
DURATIONS = {"db-pool": 60.0, "resources": 60.0}
BEFORE = {
    Action.ROLLBACK: Decision.BLOCK,
    Action.BLOCK: Decision.BLOCK,
    Action.HOLD: Decision.HOLD,
    Action.WARN: Decision.GO,
}
AFTER = {**BEFORE, Action.ROLLBACK: Decision.ROLLBACK}
SCHEDULED = {**BEFORE, Action.ROLLBACK: Decision.HOLD, Action.BLOCK: Decision.HOLD}


def failing(signal: str, confirmed_by: str | None = None) -> Finding:
    return Finding("a", Outcome.FAIL, signal=signal, confirmed_by=confirmed_by)


def test_the_table_is_whole() -> None:
    assert TABLE.keys() == DEFAULT_RULES.keys()


@pytest.mark.parametrize("signal", sorted(TABLE))
def test_a_row_of_the_table(signal: str) -> None:
    action, consecutive, of_last = TABLE[signal]
    rule = DEFAULT_RULES[signal]

    assert (rule.action, rule.consecutive, rule.of_last) == (action, consecutive, of_last)
    assert (rule.limit, rule.duration) == (LIMITS.get(signal), DURATIONS.get(signal))


@pytest.mark.parametrize("signal", sorted(TABLE))
def test_what_a_failure_leads_to_in_each_stage(signal: str) -> None:
    action = TABLE[signal][0]
    decided = {stage: Policy().decide([failing(signal)], stage).decision for stage in Stage}

    assert decided == {
        Stage.PREDEPLOY: BEFORE[action],
        Stage.POSTDEPLOY: AFTER[action],
        Stage.SCHEDULED: SCHEDULED[action],
    }


def test_a_scheduled_run_rolls_back_within_its_window_only() -> None:
    finding = failing("database")
    within = Policy().decide([finding], Stage.SCHEDULED, within_rollback_window=True)

    assert within.decision is Decision.ROLLBACK


def test_an_old_version_blocks_and_a_mixed_state_holds() -> None:
    policy = Policy()
    old = policy.decide([failing("not-live", "old version everywhere")], Stage.POSTDEPLOY)
    mixed = policy.decide([failing("not-live", "mixed")], Stage.POSTDEPLOY)

    assert (old.decision, mixed.decision) == (Decision.BLOCK, Decision.HOLD)


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_turns_a_rollback_into_a_hold(guard: str) -> None:
    guards = {**dict.fromkeys(GUARDS, True), guard: False}
    verdict = Policy().decide([failing("live")], Stage.POSTDEPLOY, guards)

    assert (verdict.decision, verdict.reasons[0].note) == (Decision.HOLD, guard)


def test_a_guard_that_was_not_asked_refuses_nothing() -> None:
    verdict = Policy().decide([failing("live")], Stage.POSTDEPLOY, dict.fromkeys(GUARDS))

    assert verdict.decision is Decision.ROLLBACK


def test_an_unknown_signal_is_judged_as_smoke() -> None:
    verdict = Policy().decide([failing("a-team's own")], Stage.POSTDEPLOY)

    assert verdict.decision is Decision.HOLD


def test_silence_of_a_check_that_only_advises_is_no_gap() -> None:
    advice = Finding("a", Outcome.UNKNOWN, required=False)
    good = Finding("b", Outcome.PASS)

    assert Policy().decide([advice, good], Stage.POSTDEPLOY).decision is Decision.GO
