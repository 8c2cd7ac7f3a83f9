"""What is known of the release before, asked once a run."""

from typing import TYPE_CHECKING

from gonogo.core.before import CALLS, MATURE, Before
from gonogo.core.outcome import Decision
from gonogo.core.past import Identity
from gonogo.history.earlier import samples_before
from gonogo.history.failure import Unavailable
from gonogo.history.port import History, Wanted

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

LOOK_BACK = 50  # runs among which GOs are counted


def before(run: "Run") -> Before:
    """Return the baseline of this run's target: of the history, else of the report folder."""
    from gonogo.plugin.baseline import kept  # noqa: PLC0415 - few runs have one

    baseline = kept(run)
    routes = baseline.routes if baseline is not None else {}
    if not run.past.configured:
        return Before(routes=routes)
    try:
        return run.past.ask(lambda history: _asked(history, run, Before(routes=routes)))
    except Unavailable:
        return Before(routes=routes)


def _asked(history: History, run: "Run", known: Before) -> Before:
    target, options = run.plan.target.name, run.options
    current = Identity(options.deployment, options.commit)
    slugs = [s.slug for s in run.plan.subjects.signals.values() if s.source != "probe"]
    found = [
        sample
        for signal in (CALLS, *slugs)
        for sample in samples_before(history, target, current, signal)
    ]
    runs = history.find(Wanted(target, decisions=(Decision.GO,), limit=LOOK_BACK))
    return Before(tuple(found), min(sum(each.proven for each in runs), MATURE), known.routes)
