"""The guards whose source is the history, row by row."""

import pytest

from gonogo.core.finding import Finding
from gonogo.core.guard import GUARDS, MEANINGS, UNGUARDED, Past, guards_of, in_words, returns
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.past import Deployment, Identity, PastRun, Rollback
from gonogo.core.policy import Policy

NOW = 100_000.0
MINUTE = 60.0
A, B, C = (Identity(f"id-{letter}", letter * 7) for letter in "abc")
A_AGAIN = Identity("id-x", A.commit)  # a provider gives what it restores an ID of its own
NOBODY = Identity()


def run(identity: Identity, decision: str, minutes: float) -> PastRun:
    at = NOW - minutes * MINUTE
    return PastRun("r", "t", Stage.POSTDEPLOY, Decision(decision), at, at + 1, identity)


def deployment(
    identity: Identity, minutes: float, *, proven: bool = True, deployed: bool = True
) -> Deployment:
    at = NOW - minutes * MINUTE
    return Deployment(
        identity, at, at, Decision.GO, at if deployed else None, at if proven else None
    )


def back(source: Identity, goal: Identity, minutes: float, *, automatic: bool = True) -> Rollback:
    return Rollback(NOW - minutes * MINUTE, source, goal, automatic)


GO_A, GO_B = run(A, "GO", 500), run(B, "GO", 300)
BAD_B, BAD_C = run(B, "ROLLBACK", 30), run(C, "ROLLBACK", 30)
WAS_A = deployment(A, 500)
NOTED = [
    # name, the past, the current deployment, what the guard says
    ("no_target", Past(), B, False),
    ("no_target", Past([deployment(A, 500)]), B, True),
    ("no_target", Past([deployment(A, 500, proven=False)]), B, False),
    ("no_target", Past([deployment(A, 500)]), A, False),
    ("no_target", Past([deployment(A, 500)]), A_AGAIN, True),
    ("no_target", Past([deployment(A, 500)]), NOBODY, None),
    ("no_target", Past(), NOBODY, False),
    ("no_target", Past(runs=[run(NOBODY, "GO", 500)]), B, None),
    ("no_target", Past(runs=[run(NOBODY, "HOLD", 500)]), B, False),
    ("attempt_budget", Past(), C, True),
    ("attempt_budget", Past(rollbacks=[back(B, A, 61)]), C, True),
    ("attempt_budget", Past(rollbacks=[back(B, A, 59)]), C, False),
    ("attempt_budget", Past(rollbacks=[back(B, A, 59, automatic=False)]), C, True),
    ("attempt_budget", Past(rollbacks=[back(C, A, 9000)]), C, False),
    ("attempt_budget", Past(rollbacks=[back(C, A, 9000)]), NOBODY, None),
    ("attempt_budget", Past(runs=[GO_A, BAD_C]), C, True),
    ("attempt_budget", Past([WAS_A], runs=[GO_A, BAD_B, run(A_AGAIN, "GO", 20)]), C, False),
    ("rollback_of_rollback", Past(), B, True),
    ("rollback_of_rollback", Past(rollbacks=[back(B, A, 90)]), A, False),
    ("rollback_of_rollback", Past(rollbacks=[back(B, A, 90)]), A_AGAIN, False),
    ("rollback_of_rollback", Past(rollbacks=[back(B, A, 90)]), C, True),
    ("rollback_of_rollback", Past(rollbacks=[back(B, A, 90)]), NOBODY, None),
    ("rollback_of_rollback", Past(rollbacks=[back(B, A, 90), back(A, C, 80)]), A, True),
    ("rollback_of_rollback", Past([WAS_A], runs=[BAD_B, run(A_AGAIN, "HOLD", 5)]), A_AGAIN, False),
    ("rollback_of_rollback", Past(runs=[GO_A, BAD_B, run(C, "HOLD", 5)]), C, True),
    ("preexisting", Past(), B, None),
    ("preexisting", Past(failed_before=frozenset()), B, True),
]


@pytest.mark.parametrize(
    ("name", "past", "current", "says"),
    NOTED,
    ids=[f"{number}-{row[0]}" for number, row in enumerate(NOTED)],
)
def test_guards(name: str, past: Past, current: Identity, *, says: bool | None) -> None:
    assert guards_of(past, current, NOW)[name] is says


@pytest.mark.parametrize(
    ("runs", "known", "found"),
    [
        ([BAD_B, run(A_AGAIN, "GO", 5)], [WAS_A], [("b", "a")]),
        ([BAD_B, run(A, "GO", 5)], [], []),  # nobody knows A from before: it may be a repair
        ([BAD_B, run(A, "GO", 5)], [deployment(A, 5)], []),
        ([BAD_B, run(A, "GO", 5)], [deployment(A, 500, proven=False)], []),
        ([BAD_B, run(C, "GO", 5), run(A, "GO", 1)], [WAS_A], []),
        ([BAD_B, BAD_B, run(B, "GO", 5)], [WAS_A, deployment(B, 500)], []),
        ([GO_A, GO_B, BAD_C, run(B, "GO", 9)], [WAS_A, deployment(B, 300)], [("c", "b")]),
    ],
)
def test_rollbacks_that_nobody_noted(
    runs: list[PastRun], known: list[Deployment], found: list[tuple[str, str]]
) -> None:
    seen = [((r.source.commit or "")[0], (r.goal.commit or "")[0]) for r in returns(runs, known)]

    assert seen == found


def test_when_a_deployment_was_deployed() -> None:
    past = Past([deployment(B, 10, deployed=False), deployment(A, 50), deployment(C, 90)])

    assert past.deployed(A) == NOW - 50 * MINUTE
    assert past.deployed(B) is None
    assert past.deployed(NOBODY) is None
    assert past.presumed(NOBODY, Stage.SCHEDULED) == A
    assert past.presumed(NOBODY, Stage.POSTDEPLOY) == NOBODY
    assert past.presumed(C, Stage.SCHEDULED) == C
    assert Past().presumed(NOBODY, Stage.SCHEDULED) == NOBODY


@pytest.mark.parametrize(
    ("failed_before", "decision", "guard"),
    [
        (set(), Decision.ROLLBACK, True),
        ({"a"}, Decision.ROLLBACK, True),
        ({"a", "b"}, Decision.HOLD, False),
        ({"c"}, Decision.ROLLBACK, True),
    ],
)
def test_what_failed_before_the_deploy_is_not_its_fault(
    failed_before: set[str], decision: Decision, *, guard: bool
) -> None:
    findings = [Finding(name, Outcome.FAIL, signal="live") for name in ("a", "b")]
    findings.append(Finding("c", Outcome.PASS, signal="live"))
    verdict = Policy().decide(
        findings,
        Stage.POSTDEPLOY,
        {**UNGUARDED, "preexisting": True},
        failed_before=failed_before,
    )

    assert verdict.decision is decision
    assert verdict.guard["preexisting"] is guard
    notes = {reason.finding.check for reason in verdict.reasons if reason.note == "preexisting"}
    assert notes == failed_before & {"a", "b"}


def test_each_guard_has_a_meaning_in_words() -> None:
    assert tuple(MEANINGS) == GUARDS
    assert in_words("frozen") == "frozen: automatic rollbacks are switched off"
    assert in_words("not confirmed yet") == "not confirmed yet"
