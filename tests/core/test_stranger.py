"""A third version: neither the one that was deployed, nor one that ever served."""

import pytest

from gonogo.core.finding import Finding
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.policy import Policy
from gonogo.core.stranger import OLD, STRANGE, told_apart

A, B = "aaaaaaa1111111", "bbbbbbb2222222"
BLOCK, HOLD = Decision.BLOCK, Decision.HOLD


@pytest.mark.parametrize(
    ("served", "known", "confirmed_by", "decision"),
    [
        (A, {A}, OLD, BLOCK),
        (A[:7], {A, B}, OLD, BLOCK),
        (f"{A}, {B}", {A, B}, OLD, BLOCK),
        (A, set(), OLD, BLOCK),
        (A, {B}, OLD, HOLD),
        (f"{A}, {B}", {B}, OLD, HOLD),
        (A, {B}, "mixed", HOLD),
    ],
)
def test_what_nobody_deployed_is_not_the_old_version(
    served: str, known: set[str], confirmed_by: str, decision: Decision
) -> None:
    finding = Finding(
        "check",
        Outcome.FAIL,
        signal="not-live",
        message="m",
        observed=served,
        confirmed_by=confirmed_by,
    )
    (told,) = told_apart([finding], known)

    assert Policy().decide([told], Stage.POSTDEPLOY).decision is decision
    assert (told.confirmed_by == STRANGE) == (decision is HOLD and confirmed_by == OLD)


@pytest.mark.parametrize("signal", ["live", "database", "environment"])
def test_other_findings_are_left_alone(signal: str) -> None:
    finding = Finding("c", Outcome.FAIL, signal=signal, observed=A, confirmed_by=OLD)

    assert told_apart([finding], {B}) == (finding,)
