"""What the history knows of the release before, asked once a run."""

from typing import TYPE_CHECKING

from gonogo.core.before import MATURE, Before
from gonogo.core.outcome import Decision
from gonogo.history.failure import Unavailable
from gonogo.history.port import History, Wanted

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

LOOK_BACK = 50  # runs among which GOs are counted


def before(run: "Run") -> Before:
    """Return the baseline of this run's target; without a history there is none."""
    if not run.past.configured:
        return Before()
    target = run.plan.target.name
    try:
        return run.past.ask(lambda history: _asked(history, target))
    except Unavailable:
        return Before()


def _asked(history: History, target: str) -> Before:
    baseline = history.baseline(target)
    known = history.samples(baseline.run_id) if baseline is not None else []
    found = history.find(Wanted(target, decisions=(Decision.GO,), limit=LOOK_BACK))
    proven = sum(each.proven for each in found)
    return Before(tuple(known), min(proven, MATURE))
