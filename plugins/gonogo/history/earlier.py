"""What was measured of the release before the one that serves now."""

from itertools import islice

from gonogo.core.past import Identity, PastSample
from gonogo.history.port import History, Wanted

RUNS = 1000  # that are looked through
MEASURED = 30  # of those that may be a baseline: asked for samples


def samples_before(
    history: History, target: str, current: Identity, signal: str
) -> list[PastSample]:
    """Return the samples of a signal from the newest run that can be a baseline and has some.

    A pinned run alone speaks where there is one. Else a snapshot may be of any deployment, since
    it was taken before one, and a GO must not be of the current deployment: a release that is
    compared with itself is always as usual.
    """
    last = next(iter(history.marks(target)), None)
    if last is not None and last.kind == "pin":
        return history.samples(last.run_id or "", signal)
    found = history.find(Wanted(target, since=last.at if last is not None else 0.0, limit=RUNS))
    others = (
        run
        for run in found
        if run.snapshot or (run.proven and run.identity.same(current) is not True)
    )
    for run in islice(others, MEASURED):
        known = history.samples(run.run_id, signal)
        if known:
            return known
    return []
