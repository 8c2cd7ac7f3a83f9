"""A target that waits for the GO of another one, for this commit."""

import time
from typing import Any

import pytest

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Identity, PastRun
from gonogo.core.subject import Requirement
from gonogo.history import opened
from gonogo.plugin.promotion import promoted
from tests.history.records import record
from tests.runs import Done, Project

NOW = 1_800_000_000.0
HOUR = 3600.0
COMMIT = "abc1234def"


def run(decision: str, hours: float) -> PastRun:
    at = NOW - hours * HOUR
    return PastRun("r", "staging", Stage.POSTDEPLOY, Decision(decision), at, at, Identity())


@pytest.mark.parametrize(
    ("proven", "later", "max_age", "outcome", "said"),
    [
        (run("GO", 2), None, None, "PASS", "staging had a GO for abc1234 2.0h ago"),
        (run("GO", 2), None, 24 * HOUR, "PASS", "2.0h ago"),
        (run("GO", 25), None, 24 * HOUR, "FAIL", "25.0h ago, at most 24.0h allowed; fix: pytest"),
        (None, None, None, "FAIL", "staging has no recorded GO for abc1234; fix: pytest suites/"),
        (None, run("HOLD", 1), None, "FAIL", "no recorded GO for abc1234; the last run said HOLD"),
        (run("GO", 2), run("ROLLBACK", 1), None, "FAIL", "2.0h ago, but ROLLBACK 1.0h ago; fix:"),
        (run("GO", 2), run("INCONCLUSIVE", 1), None, "UNKNOWN", "but INCONCLUSIVE 1.0h ago"),
    ],
)
def test_promotion(
    proven: PastRun | None, later: PastRun | None, max_age: float | None, outcome: str, said: str
) -> None:
    reading = promoted(Requirement("staging", max_age), COMMIT, proven, later, NOW)

    assert (str(reading.outcome), said in reading.text) == (outcome, True), reading.text


def test_a_go_of_tomorrow_proves_nothing() -> None:
    with pytest.raises(EvidenceUnavailable, match="in the future"):
        promoted(Requirement("staging"), COMMIT, run("GO", -2), None, NOW)


HEAD = (
    '[targets.production]\nenv-file = ".env"\nrequires = {}\n'
    '[targets.staging]\nurl = "http://127.0.0.1:9"\n[env.vars]\nNAME = "string"\n{}\n'
)
CALM = '[release]\nhealthy-now = "off"\n'  # which is another question


def verify(project: Project, *more: str, requires: str = '"staging"', history: bool = True) -> Done:
    project.write(HEAD.format(requires, CALM + ("[history]" if history else ""))).write(
        "NAME=x\n", ".env"
    )
    return project.run("suites/predeploy", "--gonogo-target", "production", *more)


def remember(project: Project, decision: str, hours: float, **more: Any) -> None:
    at = time.time() - hours * HOUR
    with opened("sqlite:///reports/history.sqlite", project.folder, "project") as history:
        told = {"target": "staging", "commit": COMMIT, **more}
        history.add(record(f"r{hours}", decision, at=at, **told))


def test_a_commit_that_is_proven_on_staging_may_go_on(project: Project) -> None:
    remember(project, "GO", 2)
    asked = ("--gonogo-commit", COMMIT[:7])
    done = verify(project, *asked, requires='{ target = "staging", max-age = "24h" }')

    assert done.told == (0, "GO"), done.output
    assert "test_earlier_target_has_a_go[staging]" in str(done.record["checks"])


def test_another_commit_may_not(project: Project) -> None:
    remember(project, "GO", 2, commit="fffffff")
    done = verify(project, "--gonogo-commit", COMMIT)

    assert done.told == (10, "BLOCK"), done.output
    assert done.signals == ["approval"]
    assert "staging has no recorded GO for abc1234" in done.output


@pytest.mark.parametrize(
    ("commit", "history", "said"),
    [(False, True, "fix: --gonogo-commit SHA"), (True, False, "fix: add [history]")],
)
def test_what_cannot_be_known_is_no_go(
    project: Project, said: str, *, commit: bool, history: bool
) -> None:
    done = verify(project, *(("--gonogo-commit", COMMIT) if commit else ()), history=history)

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert said in done.output


COVERAGE = '<coverage line-rate="0" lines-covered="{}" lines-valid="100"></coverage>'


@pytest.mark.parametrize(
    ("last", "now", "told", "said"),
    [
        (0.85, 84, (0, "GO"), ""),
        (0.85, 83, (10, "BLOCK"), "85.0% at the last GO, at most 1.0% less allowed"),
        (None, 83, (0, "GO"), ""),
    ],
)
def test_coverage_against_the_last_go(
    project: Project, last: float | None, now: int, told: tuple[int, str], said: str
) -> None:
    if last is not None:
        remember(project, "GO", 2, target="production", stage="predeploy", coverage=last)
    release = '[history]\n[release]\ncoverage = { minimum = "80%", drop = "1%" }\n'
    project.write(COVERAGE.format(now), "coverage.xml").write("NAME=x\n", ".env")
    project.write(HEAD.format('"staging"', release).replace('requires = "staging"\n', ""))
    done = project.run("suites/predeploy", "--gonogo-target", "production")

    assert done.told == told, done.output
    assert said in done.output
    assert done.record["coverage"] == now / 100
