"""What the past adds up to: the four key figures of delivery, and the share of good deployments.

Pure: rows of a history in, figures out. Times are UTC epoch seconds, durations are seconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from gonogo.core.outcome import Decision
from gonogo.core.past import Deployment, Identity, PastRun, Rollback

DAY_S = 86400.0
BAD = frozenset({Decision.ROLLBACK, Decision.HOLD})


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one target over a time. None is "nothing to count", never zero.

    A deployment failed where a run after it decided ROLLBACK or HOLD, or somebody went back from
    it. `blocked` took no traffic, and neither failed nor succeeded. An outage lasts from the first
    bad run to the next complete GO; `open_outage` is the length so far of one that is not over.
    """

    target: str
    days: float
    deployments: int
    failed: int
    blocked: int
    per_week: float | None
    lead_time: float | None
    change_failure_rate: float | None
    time_to_restore: float | None
    open_outage: float | None
    success_rate: float | None
    runs: Mapping[Decision, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of one target; `commit_times` says when each commit was made, by its hash."""

    runs: Sequence[PastRun]
    deployments: Sequence[Deployment]
    rollbacks: Sequence[Rollback] = ()
    commit_times: Mapping[str, float] = field(default_factory=dict)


def figures(target: str, rows: Rows, span: tuple[float, float]) -> Figures:
    """Count a target's rows within a span of time."""
    begin, end = span
    live = sorted((r for r in rows.runs if r.of_what_serves), key=lambda run: run.started)
    made = [d for d in rows.deployments if d.deployed is not None and begin <= d.deployed < end]
    verdicts = [_verdict(each, live, rows.rollbacks) for each in made]
    failed, good = verdicts.count("failed"), verdicts.count("good")
    blocked = verdicts.count("blocked")
    carried = failed + good
    days = max(end - begin, 1.0) / DAY_S
    restored, still_open = outages(live, end)
    return Figures(
        target=target,
        days=days,
        deployments=len(made),
        failed=failed,
        blocked=blocked,
        per_week=(len(made) - blocked) / days * 7 if made else None,
        lead_time=_median(_lead_times(made, rows.commit_times)),
        change_failure_rate=failed / carried if carried else None,
        time_to_restore=_median(restored),
        open_outage=still_open,
        success_rate=good / carried if carried else None,
        runs={each: sum(run.decision is each for run in live) for each in Decision},
    )


def outages(runs: Iterable[PastRun], now: float) -> tuple[list[float], float | None]:
    """Return how long each outage lasted, and how long the one lasts that is not over.

    `runs` are in the order of their start. INCONCLUSIVE and partial runs neither begin nor end one.
    """
    lasted: list[float] = []
    since: float | None = None
    for run in runs:
        if run.decision in BAD and since is None:
            since = run.started
        elif run.proven and since is not None:
            lasted.append(run.finished - since)
            since = None
    return lasted, None if since is None else now - since


def _verdict(deployment: Deployment, runs: Sequence[PastRun], rollbacks: Sequence[Rollback]) -> str:
    decisions = {run.decision for run in runs if _same(run.identity, deployment.identity)}
    left = any(_same(each.source, deployment.identity) for each in rollbacks)
    if left or decisions & BAD:
        return "failed"
    if deployment.proven is not None:
        return "good"
    return "blocked" if Decision.BLOCK in decisions else "undecided"


def _same(one: Identity, other: Identity) -> bool:
    return one.same(other) is True


def _lead_times(
    deployments: Iterable[Deployment], commit_times: Mapping[str, float]
) -> list[float]:
    """From the commit to the first moment that the deployment was known to be good."""
    found = []
    for each in deployments:
        made = commit_times.get(each.identity.commit or "")
        if made is not None and each.proven is not None and each.deployed is not None:
            found.append(each.deployed - made)
    return [seconds for seconds in found if seconds >= 0]


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
