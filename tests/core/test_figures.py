"""The figures of delivery, counted by hand beside."""

from typing import Any

from gonogo.core.figures import Figures, Rows, figures, outages
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Deployment, Identity, PastRun, Rollback

DAY = 86400.0
SPAN = (0.0, 14 * DAY)


def run(at: float, decision: str, commit: str = "a" * 7, **more: Any) -> PastRun:
    return PastRun(
        run_id=f"{at}",
        target="t",
        stage=more.pop("stage", Stage.POSTDEPLOY),
        decision=Decision(decision),
        started=at,
        finished=at + 10,
        identity=Identity(None, commit),
        **more,
    )


def deployment(at: float, commit: str, proven: float | None, decision: str = "GO") -> Deployment:
    return Deployment(Identity(None, commit), at, at, Decision(decision), at, proven)


def count(rows: Rows) -> Figures:
    return figures("t", rows, SPAN)


A, B, C, D = "a" * 7, "b" * 7, "c" * 7, "d" * 7


def test_four_deployments_in_two_weeks() -> None:
    rows = Rows(
        runs=[
            run(1 * DAY, "GO", A),
            run(3 * DAY, "ROLLBACK", B),
            run(3 * DAY + 200, "GO", A),
            run(5 * DAY, "BLOCK", C),
            run(9 * DAY, "GO", D),
        ],
        deployments=[
            deployment(1 * DAY, A, 3 * DAY + 210),
            deployment(3 * DAY, B, None, "ROLLBACK"),
            deployment(5 * DAY, C, None, "BLOCK"),
            deployment(9 * DAY, D, 9 * DAY + 10),
        ],
        commit_times={A: 1 * DAY - 600, D: 9 * DAY - 1200, B: 0},
    )
    found = count(rows)

    assert (found.deployments, found.failed, found.blocked) == (4, 1, 1)
    assert found.per_week == 1.5
    assert found.change_failure_rate == 1 / 3
    assert found.success_rate == 2 / 3
    assert found.time_to_restore == 210
    assert found.open_outage is None
    assert found.lead_time == 900
    assert found.runs[Decision.GO] == 3


def test_nothing_to_count_is_not_zero() -> None:
    found = count(Rows([], []))

    assert found.per_week is found.lead_time is found.change_failure_rate is None
    assert found.time_to_restore is found.success_rate is None


def test_going_back_is_a_failure_whatever_was_decided() -> None:
    back = Rollback(2 * DAY, Identity(None, A), automatic=False)
    found = count(Rows([run(DAY, "GO", A)], [deployment(DAY, A, DAY)], [back]))

    assert (found.failed, found.success_rate) == (1, 0.0)


def test_an_undecided_deployment_counts_neither_way() -> None:
    found = count(Rows([run(DAY, "INCONCLUSIVE", A)], [deployment(DAY, A, None, "INCONCLUSIVE")]))

    assert found.deployments == 1
    assert found.change_failure_rate is None


def test_outages() -> None:
    runs = [
        run(0, "GO"),
        run(100, "HOLD"),
        run(200, "ROLLBACK"),
        run(300, "INCONCLUSIVE"),
        run(400, "GO", complete=False),  # a part of the checks proves no recovery
        run(500, "GO"),
        run(900, "HOLD"),
    ]

    assert outages(runs, 1000) == ([410], 100)
    assert outages([], 1000) == ([], None)


def test_only_runs_of_what_serves_count() -> None:
    runs = [
        run(0, "HOLD", stage=Stage.PREDEPLOY),
        run(1, "HOLD", shadow=True),
        run(2, "HOLD", snapshot=True),
    ]
    found = count(Rows(runs, []))

    assert sum(found.runs.values()) == 0
    assert found.open_outage is None
