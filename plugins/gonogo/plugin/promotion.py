"""The target that must have a GO for this commit first, as a question and answer of a run."""

import time
from typing import TYPE_CHECKING

from gonogo.core.age import age_of, long
from gonogo.core.commit import short
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Decision, Outcome
from gonogo.core.past import PastRun
from gonogo.core.subject import Requirement
from gonogo.history.failure import Unavailable
from gonogo.history.questions import last_word
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge the `requires` of a target."""
    needed: Requirement = ask.subject
    commit = run.options.commit
    if commit is None:
        return _unknown("which commit is to be promoted? fix: --gonogo-commit SHA")
    try:
        proven, later = run.past.ask(lambda history: last_word(history, needed.target, commit))
    except Unavailable as silence:
        return _unknown(f"the history cannot tell: {silence}")
    try:
        return Observation(promoted(needed, commit, proven, later, time.time()))
    except EvidenceUnavailable as silence:
        return _unknown(str(silence))


def promoted(
    needed: Requirement, commit: str, proven: PastRun | None, later: PastRun | None, now: float
) -> Reading:
    """Judge the last GO of a commit, and a later run that says otherwise.

    `now` is in epoch seconds; raises EvidenceUnavailable where the GO is dated in the future.
    """
    target = needed.target
    fix = f"fix: pytest suites/health suites/smoke --gonogo-target {target}"
    if proven is None:
        last = f"; the last run said {later.decision}" if later is not None else ""
        text = f"{target} has no recorded GO for {short(commit)}{last}; {fix}"
        return Reading(Outcome.FAIL, text, value="no GO", threshold="GO")
    age = age_of(f"the GO of {target}", proven.finished, now)
    went = f"{target} had a GO for {short(commit)} {long(age)} ago"
    if later is not None:
        silent = later.decision is Decision.INCONCLUSIVE
        outcome = Outcome.UNKNOWN if silent else Outcome.FAIL
        since = long(max(0.0, now - later.finished))
        text = f"{went}, but {later.decision} {since} ago; {fix}"
        return Reading(outcome, text, value=str(later.decision), threshold="GO")
    if needed.max_age is not None and age > needed.max_age:
        text = f"{went}, at most {long(needed.max_age)} allowed; {fix}"
        return Reading(Outcome.FAIL, text, None, long(age), long(needed.max_age))
    return Reading(Outcome.PASS, went, value="GO", threshold="GO")


def _unknown(text: str) -> Observation:
    return Observation(Reading(Outcome.UNKNOWN, text))
