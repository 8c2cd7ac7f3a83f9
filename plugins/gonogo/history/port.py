"""The port: what a history keeps, and what can be asked of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.core.alert import State, Step
from gonogo.core.finding import Finding
from gonogo.core.lasting import Sighting
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import (
    Deployment,
    Identity,
    Mark,
    PastRun,
    PastSample,
    Rollback,
    previous_of,
)
from gonogo.history.entry import Entry, entry_of

Record = Mapping[str, Any]
Change = Callable[[State], Step]
_LOOKED_AT = 30  # runs that may be a baseline, and are asked whether they measured anything


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs are asked for; None and empty mean all. Times are epoch seconds."""

    target: str | None = None
    since: float | None = None
    until: float | None = None
    stages: Collection[Stage] = ()
    decisions: Collection[Decision] = ()
    limit: int | None = None


class History(ABC):
    """The past of one project. Everything may raise Unavailable. Lists begin with the newest."""

    # what a store does

    @abstractmethod
    def keep(self, entry: Entry) -> None:
        """Keep one run whole, or nothing of it; a run that is known already stays as it is."""

    @abstractmethod
    def find(self, wanted: Wanted) -> list[PastRun]:
        """Return the runs that are asked for, the newest first."""

    @abstractmethod
    def record(self, run_id: str) -> dict[str, Any] | None:
        """Return the record of a run as it was written, None where it is not known."""

    @abstractmethod
    def findings(self, run_id: str) -> list[Finding]:
        """Return what the checks of a run found, in the order of the record."""

    @abstractmethod
    def sightings(self, target: str, checks: Collection[str], since: float) -> list[Sighting]:
        """Return what scheduled runs that began since a time saw of some checks."""

    @abstractmethod
    def add_samples(self, run_id: str, samples: Sequence[PastSample]) -> None:
        """Keep more measurements of a run."""

    @abstractmethod
    def samples(self, run_id: str, signal: str | None = None) -> list[PastSample]:
        """Return the measurements of a run, the oldest first."""

    @abstractmethod
    def series(self, target: str, signal: str, since: float) -> list[PastSample]:
        """Return the measurements of a signal over several runs, the oldest first."""

    @abstractmethod
    def deployments(self, target: str) -> list[Deployment]:
        """Return the deployments that runs have seen, the last seen first."""

    @abstractmethod
    def add_rollback(self, target: str, rollback: Rollback) -> None:
        """Note an attempt; the same `at` and `source` again replaces its outcome."""

    @abstractmethod
    def claim_rollback(self, target: str, rollback: Rollback) -> bool:
        """Note an attempt unless the budget is spent, in one step: of two callers, one may act."""

    @abstractmethod
    def rollbacks(self, target: str, since: float = 0.0) -> list[Rollback]:
        """Return the attempts, the newest first."""

    @abstractmethod
    def add_mark(self, target: str, mark: Mark) -> None:
        """Note what a human said about baselines."""

    @abstractmethod
    def marks(self, target: str) -> list[Mark]:
        """Return what humans said about baselines, the newest first."""

    @abstractmethod
    def alerted(self, target: str, group: str, change: Change) -> Step:
        """Replace what was told of a target by what a change makes of it, in one step.

        Of two callers, the second sees what the first has made of it. `group` names the runs of a
        target that speak about the same thing.
        """

    @abstractmethod
    def prune(self, before: float, most: int = 200) -> int:
        """Forget runs that ended before a time, at most so many, and say how many.

        The last proven run of each target and pinned runs stay, and so do deployments and
        rollbacks.
        """

    # what follows from that

    def add(self, record: Record, samples: Sequence[PastSample] = ()) -> None:
        """Keep a run, from the record that it has written."""
        self.keep(entry_of(record, samples))

    def runs(self, target: str | None = None, since: float | None = None) -> list[PastRun]:
        """Return the runs of a target, or of all, that started since a time."""
        return self.find(Wanted(target, since))

    def run(self, run_id: str) -> PastRun | None:
        """Return one run."""
        record = self.record(run_id)
        return entry_of(record).run if record is not None else None

    def last_go(self, target: str) -> PastRun | None:
        """Return the last complete, unshadowed GO of what serves there."""
        stages = (Stage.POSTDEPLOY, Stage.SCHEDULED)
        found = self.find(Wanted(target, stages=stages, decisions=(Decision.GO,), limit=200))
        return next((run for run in found if run.proven), None)

    def previous(self, target: str, current: Identity) -> Deployment | None:
        """Return the last proven deployment that is not the current one."""
        return previous_of(self.deployments(target), current)

    def baseline(self, target: str) -> PastRun | None:
        """Return the run whose samples are the baseline, None where there is none.

        What a human pinned; else the newest snapshot or proven run since the last invalidation
        that has measured something, or the newest of them where none has.
        """
        last = next(iter(self.marks(target)), None)
        if last is not None and last.kind == "pin":
            return self.run(last.run_id or "")
        after = last.at if last is not None else 0.0
        found = self.find(Wanted(target, since=after, limit=1000))
        able = [run for run in found if run.snapshot or run.proven]
        measured = (run for run in able[:_LOOKED_AT] if self.samples(run.run_id))
        return next(measured, next(iter(able), None))


def fits(run: PastRun, wanted: Wanted) -> bool:
    """Tell whether a run is asked for."""
    return (
        wanted.target in {None, run.target}
        and (wanted.since is None or run.started >= wanted.since)
        and (wanted.until is None or run.started < wanted.until)
        and (not wanted.stages or run.stage in wanted.stages)
        and (not wanted.decisions or run.decision in wanted.decisions)
    )


def forgettable(
    old: Sequence[PastRun],
    proven: Collection[tuple[Any, ...]],
    pinned: Collection[str | None],
) -> list[str]:
    """Return the runs that nobody needs; `proven` has target and start of the last proven runs."""
    free = (run for run in old if run.run_id not in pinned)
    return [run.run_id for run in free if (run.target, run.started) not in proven]
