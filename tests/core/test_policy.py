"""The algebra of decisions, by enumeration and properties."""

from itertools import permutations, product

from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.finding import Finding
from gonogo.core.ledger import Ledger
from gonogo.core.outcome import PRECEDENCE, Decision, Outcome, Stage, worst
from gonogo.core.policy import Policy
from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.series import Sample, confirmed_by

FINDINGS = st.builds(
    Finding,
    check=st.text("abc", min_size=1, max_size=2),
    outcome=st.sampled_from(Outcome),
    signal=st.sampled_from(sorted(DEFAULT_RULES)),
)


def test_worst_wins_in_every_triple() -> None:
    for triple in product(Decision, repeat=3):
        expected = max(triple, key=PRECEDENCE.index)

        assert {worst(order) for order in permutations(triple)} == {expected}


def test_exit_codes() -> None:
    codes = {str(decision): decision.exit_code for decision in Decision}

    assert codes == {"GO": 0, "BLOCK": 10, "ROLLBACK": 20, "HOLD": 30, "INCONCLUSIVE": 40}


def test_nothing_checked_is_never_go() -> None:
    assert Policy().decide([], Stage.POSTDEPLOY).decision is Decision.INCONCLUSIVE


def test_silence_that_leaves_nothing_open_is_no_go_by_itself() -> None:
    silent = Finding("a", Outcome.UNKNOWN, signal="path", required=False)
    decide = Policy().decide

    assert decide([silent, silent], Stage.PREDEPLOY).decision is Decision.INCONCLUSIVE
    assert decide([silent, Finding("b", Outcome.PASS)], Stage.PREDEPLOY).decision is Decision.GO


@given(st.lists(FINDINGS, min_size=1, max_size=5), st.sampled_from(Stage))
def test_an_unknown_only_turns_go_into_inconclusive(found: list[Finding], stage: Stage) -> None:
    policy = Policy()
    before = policy.decide(found, stage).decision
    after = policy.decide([*found, Finding("z", Outcome.UNKNOWN)], stage).decision

    assert after is worst([before, Decision.INCONCLUSIVE])


@given(st.lists(FINDINGS, min_size=1, max_size=5), st.sampled_from(Stage))
def test_order_does_not_matter(found: list[Finding], stage: Stage) -> None:
    policy = Policy()

    assert policy.decide(found, stage).decision is policy.decide(found[::-1], stage).decision


def test_rollback_only_after_the_deploy() -> None:
    failure = Finding("a", Outcome.FAIL, signal="http-5xx")
    decided = {stage: Policy().decide([failure], stage).decision for stage in Stage}

    assert decided == {
        Stage.PREDEPLOY: Decision.BLOCK,
        Stage.POSTDEPLOY: Decision.ROLLBACK,
        Stage.SCHEDULED: Decision.HOLD,
    }


def test_a_missing_finding_is_never_a_go() -> None:
    ledger = Ledger()
    ledger.expect(["a", "b"])
    ledger.receive(Finding("a", Outcome.PASS))
    verdict = Policy().decide(ledger.close(), Stage.POSTDEPLOY)

    assert verdict.decision is Decision.INCONCLUSIVE


def test_a_guard_turns_rollback_into_hold() -> None:
    failure = Finding("a", Outcome.FAIL, signal="live")
    verdict = Policy().decide([failure], Stage.POSTDEPLOY, {"frozen": False})

    assert (verdict.decision, verdict.reasons[0].note) == (Decision.HOLD, "frozen")


def test_three_consecutive_or_four_of_ten_confirm() -> None:
    rule = DEFAULT_RULES["live"]
    words = {"P": Outcome.PASS, "F": Outcome.FAIL, "U": Outcome.UNKNOWN}

    def confirmed(text: str, step: float = 5.0) -> str | None:
        return confirmed_by([Sample(i * step, words[c]) for i, c in enumerate(text)], rule)

    assert confirmed("FFF") == "3 consecutive"
    assert confirmed("FUFUF") == "3 consecutive"
    assert confirmed("FPFPFPF") == "4 of the last 10"
    assert confirmed("FFPFP") is None
    assert confirmed("FFF", step=61.0) is None
