"""The demo, whole and broken by its switches: decision, record and exit code."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.runs import Project

from .conftest import VERSION, Application, verify

LEVEL1 = "suites/health/test_level1_alive.py::"
LEVEL2 = "suites/health/test_level2_dependencies.py::"
SMOKE = "suites/smoke/test_endpoints.py::"
ALIVE = LEVEL1 + "test_service_is_alive[api]"
RELEASE = LEVEL1 + "test_service_serves_the_release[api]"
PACE = "suites/health/test_level1_pace.py::test_service_answers_in_time[api]"
DATABASE = LEVEL2 + "test_dependency_answers[api/database]"
REDIS = LEVEL2 + "test_dependency_answers[api/redis]"
MODELS = SMOKE + "test_endpoint_answers[api/models]"
STRANGER = SMOKE + "test_endpoint_answers[api/stranger]"


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_good_release_is_go(
    project: Project, application: Application, spread: tuple[str, ...]
) -> None:
    done = verify(project, application.server, *spread)
    record = done.record

    assert done.told == (0, "GO"), done.output
    assert record["deployment"]["observed_commit"] == VERSION
    assert record["levels"] == {"1": "PASS", "2": "PASS", "3": "PASS", "4": None}
    assert (record["counts"]["passed"], record["counts"]["total"]) == (8, 8)
    assert (record["reasons"], record["scope"]) == ([], "complete")


@dataclass(frozen=True)
class Case:
    """A fault, and what has to follow from it."""

    faults: dict[str, Any]
    told: tuple[int, str]
    signal: str
    check: str
    message: str
    levels: tuple[str | None, ...]
    passed: int  # of 8; the others did not run, or failed
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def checks(self) -> set[str]:
        """Both checks of level 1 can see a server error first: on a busy machine either does."""
        return {RELEASE, ALIVE} if self.signal == "http-5xx" else {self.check}


BLOCK, ROLLBACK, HOLD = (10, "BLOCK"), (20, "ROLLBACK"), (30, "HOLD")
FIRST, SECOND, THIRD = ("FAIL", None, None), ("PASS", "FAIL", None), ("PASS", "PASS", "FAIL")
CASES = {
    "500": Case({"errors": "/health"}, ROLLBACK, "http-5xx", RELEASE, "-> 500", FIRST, 0),
    "web page": Case({"page": "/health"}, ROLLBACK, "live", ALIVE, "a web page", FIRST, 0),
    "login": Case({"login": "/health"}, ROLLBACK, "live", ALIVE, "redirect to a login", FIRST, 0),
    "drip": Case(
        {"drip": "/health"}, ROLLBACK, "live", ALIVE, "within 0.3s", FIRST, 0, {"timeout": "300ms"}
    ),
    "old version": Case(
        faults={"version": "0000000"},
        told=BLOCK,
        signal="not-live",
        check=RELEASE,
        message=f"0000000 served, expected {VERSION}",
        levels=("FAIL", "UNKNOWN", "UNKNOWN"),
        passed=0,
    ),
    "slow": Case(
        faults={"delay": 0.25},
        told=HOLD,
        signal="slow",
        check=PACE,
        message="budget 100ms",
        levels=("FAIL", "PASS", "PASS"),
        passed=7,
        settings={"budget": "100ms"},
    ),
    "pool exhausted": Case({"pool": True}, ROLLBACK, "database", DATABASE, "is down", SECOND, 3),
    "redis": Case(
        {"redis": True}, HOLD, "dependency", REDIS, "is down", ("PASS", "FAIL", "PASS"), 7
    ),
    "critical endpoint": Case(
        {"errors": "/v1/models"}, ROLLBACK, "critical-path", MODELS, "expected 200", THIRD, 6
    ),
    "other endpoint": Case(
        {"errors": "/api/v1/auth"}, HOLD, "smoke", STRANGER, "expected 401", THIRD, 7
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_leads_to_its_decision(
    project: Project, application: Application, name: str
) -> None:
    case = CASES[name]
    with application.broken(case.faults):
        done = verify(project, application.server, **case.settings)
    record = done.record
    against = [reason for reason in record["reasons"] if reason["outcome"] == "FAIL"]

    assert done.told == case.told, done.output
    assert [each["signal"] for each in against] == [case.signal]
    assert against[0]["check"] in case.checks
    assert record["reasons"][0] == against[0]
    assert case.message in against[0]["message"]
    assert tuple(record["levels"].values())[:3] == case.levels
    assert (record["counts"]["failed"], record["counts"]["total"]) == (1, 8)
    assert record["counts"]["passed"] == case.passed
    assert record["duration_s"] < 20, "a drip would last ten minutes"


def test_the_same_fault_is_found_by_two_workers(project: Project, application: Application) -> None:
    with application.broken({"errors": "/health"}):
        done = verify(project, application.server, "-n", "2")

    assert done.told == ROLLBACK, done.output
    assert done.signals[0] == "http-5xx"
