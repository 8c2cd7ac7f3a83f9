"""The history in memory: for tests, and for a history that does not exist yet."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from gonogo.core.alert import State, Step
from gonogo.core.finding import Finding
from gonogo.core.guard import is_spent
from gonogo.core.lasting import Sighting
from gonogo.core.outcome import Stage
from gonogo.core.past import Deployment, Mark, PastRun, PastSample, Rollback
from gonogo.history.entry import Entry, seen
from gonogo.history.port import Change, History, Wanted, fits, forgettable


class MemoryHistory(History):
    """Keeps everything in dictionaries."""

    def __init__(self, project: str = "project") -> None:
        self.project = project
        self._entries: dict[str, Entry] = {}
        self._samples: dict[str, list[PastSample]] = {}
        self._deployments: dict[tuple[str, str], Deployment] = {}
        self._rollbacks: dict[tuple[str, float, str], Rollback] = {}
        self._marks: dict[str, list[Mark]] = {}
        self._alerts: dict[tuple[str, str], State] = {}

    def keep(self, entry: Entry) -> None:
        run = entry.run
        if run.run_id in self._entries:
            return
        self._entries[run.run_id] = entry
        self.add_samples(run.run_id, entry.samples)
        place = (run.target, run.identity.key)
        deployment = seen(run, self._deployments.get(place))
        if deployment is not None:
            self._deployments[place] = deployment

    def find(self, wanted: Wanted) -> list[PastRun]:
        runs = [entry.run for entry in self._entries.values() if fits(entry.run, wanted)]
        runs.sort(key=lambda run: (run.started, run.run_id), reverse=True)
        return runs[: wanted.limit]

    def record(self, run_id: str) -> dict[str, Any] | None:
        entry = self._entries.get(run_id)
        found: dict[str, Any] | None = None if entry is None else json.loads(entry.text)
        return found

    def findings(self, run_id: str) -> list[Finding]:
        entry = self._entries.get(run_id)
        return [] if entry is None else list(entry.findings)

    def sightings(self, target: str, checks: Collection[str], since: float) -> list[Sighting]:
        wanted = Wanted(target, since, stages=(Stage.SCHEDULED,))
        return [
            Sighting(run.started, each.check, each.service, each.signal, each.outcome)
            for run in self.find(wanted)
            for each in self.findings(run.run_id)
            if each.check in checks
        ]

    def add_samples(self, run_id: str, samples: Sequence[PastSample]) -> None:
        self._samples.setdefault(run_id, []).extend(samples)

    def samples(self, run_id: str, signal: str | None = None) -> list[PastSample]:
        found = self._samples.get(run_id, [])
        chosen = [each for each in found if signal is None or each.signal == signal]
        return sorted(chosen, key=lambda sample: sample.at)

    def series(self, target: str, signal: str, since: float) -> list[PastSample]:
        runs = [run.run_id for run in self.find(Wanted(target))]
        found = [each for run_id in runs for each in self.samples(run_id, signal)]
        return sorted((s for s in found if s.at >= since), key=lambda sample: sample.at)

    def deployments(self, target: str) -> list[Deployment]:
        found = [each for (name, _), each in self._deployments.items() if name == target]
        return sorted(found, key=lambda each: each.last_seen, reverse=True)

    def add_rollback(self, target: str, rollback: Rollback) -> None:
        self._rollbacks[target, rollback.at, rollback.source.key] = rollback

    def claim_rollback(self, target: str, rollback: Rollback) -> bool:
        if is_spent(self.rollbacks(target), rollback):
            return False
        self.add_rollback(target, rollback)
        return True

    def rollbacks(self, target: str, since: float = 0.0) -> list[Rollback]:
        found = [each for (name, at, _), each in self._rollbacks.items() if name == target]
        chosen = [each for each in found if each.at >= since]
        return sorted(chosen, key=lambda each: each.at, reverse=True)

    def add_mark(self, target: str, mark: Mark) -> None:
        self._marks.setdefault(target, []).append(mark)

    def marks(self, target: str) -> list[Mark]:
        return sorted(self._marks.get(target, []), key=lambda mark: mark.at, reverse=True)

    def alerted(self, target: str, group: str, change: Change) -> Step:
        step = change(self._alerts.get((target, group), State()))
        self._alerts[target, group] = step.state
        return step

    def prune(self, before: float, most: int = 200) -> int:
        pinned = {mark.run_id for marks in self._marks.values() for mark in marks}
        runs = sorted((entry.run for entry in self._entries.values()), key=lambda r: r.finished)
        last = {run.target: run.started for run in reversed(self.find(Wanted())) if run.proven}
        old = [run for run in runs if run.finished < before][:most]
        gone = forgettable(old, set(last.items()), pinned)
        for run_id in gone:
            del self._entries[run_id]
            self._samples.pop(run_id, None)
        return len(gone)
