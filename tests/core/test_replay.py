"""A decision is a function of its record and the policy."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.core.finding import Finding
from gonogo.core.guard import GUARDS, Standing
from gonogo.core.outcome import Outcome, Stage
from gonogo.core.policy import Policy
from gonogo.core.replay import redecided, refolded
from gonogo.core.rule import DEFAULT_RULES, Action, Rule
from gonogo.reporting import record

CHECKS = "abcdef"
FINDINGS = st.lists(
    st.builds(
        Finding,
        check=st.sampled_from(CHECKS),
        outcome=st.sampled_from(Outcome),
        signal=st.sampled_from(sorted(DEFAULT_RULES)),
        required=st.booleans(),
        critical=st.booleans(),
        confirmed_by=st.sampled_from([None, "mixed", "3 consecutive"]),
        attempts=st.integers(0, 3),
        reruns=st.integers(0, 2),
        message=st.text(max_size=5),
    ),
    max_size=6,
    unique_by=lambda finding: finding.check,
)
STANDINGS = st.builds(
    Standing,
    guard=st.fixed_dictionaries({name: st.sampled_from([None, True, False]) for name in GUARDS}),
    failed_before=st.none() | st.frozensets(st.sampled_from(CHECKS)),
    in_window=st.sampled_from([None, True, False]),
)
POLICIES = st.builds(
    lambda actions: Policy(
        {n: Rule(n, actions.get(n, r.action)) for n, r in DEFAULT_RULES.items()}
    ),
    st.dictionaries(st.sampled_from(sorted(DEFAULT_RULES)), st.sampled_from(Action), max_size=4),
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return load(Choice(url="http://127.0.0.1:9"), tmp_path_factory.mktemp("plan"), {})


def written(
    plan: Plan, findings: list[Finding], stage: Stage, standing: Standing, policy: Policy
) -> dict[str, Any]:
    verdict = policy.decide(
        findings,
        stage,
        {**standing.guard, "preexisting": None if standing.failed_before is None else True},
        within_rollback_window=bool(standing.in_window),
        failed_before=standing.failed_before or (),
    )
    about = record.About("r", plan, Path(plan.root), datetime.now(UTC), timedelta(hours=1))
    outcome = record.Outcome(verdict, stage, 0, partial=False, standing=standing)
    record.write(about, outcome, lambda text: text)
    found: dict[str, Any] = json.loads(about.file.read_text())
    return found


@settings(max_examples=50)
@given(FINDINGS, st.sampled_from(Stage), STANDINGS, POLICIES)
def test_the_same_policy_decides_the_same(
    plan: Plan, findings: list[Finding], stage: Stage, standing: Standing, policy: Policy
) -> None:
    found = written(plan, findings, stage, standing, policy)
    again = redecided(found, policy)

    assert str(again.decision) == found["decision"]
    reasons = [(str(each.decision), each.finding.check, each.note) for each in again.reasons]
    assert sorted(map(str, reasons)) == sorted(
        str((each["decision"], each["check"], each["note"])) for each in found["reasons"]
    )


@settings(max_examples=50)
@given(FINDINGS, st.sampled_from(Stage), STANDINGS, POLICIES)
def test_another_policy_decides_as_it_would_have(
    plan: Plan, findings: list[Finding], stage: Stage, standing: Standing, policy: Policy
) -> None:
    was = written(plan, findings, stage, standing, Policy())
    now = written(plan, findings, stage, standing, policy)

    assert str(redecided(was, policy).decision) == now["decision"]


def test_what_a_record_cannot_tell_anew() -> None:
    stricter = Rule("error-rate", Action.HOLD, 1, None, limit=0.01)
    milder = Rule("live", Action.HOLD)
    new = Policy({**DEFAULT_RULES, "error-rate": stricter, "live": milder})

    assert refolded(Policy(), new) == {"error-rate"}
    assert refolded(new, new) == set()
