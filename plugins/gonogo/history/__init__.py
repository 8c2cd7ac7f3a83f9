"""What earlier runs have found: SQLite in a file, or PostgreSQL shared by many runners.

    with opened(url, root, project) as history:      # raises Unavailable
        history.add(record, samples)                 # a run, from the record it has written
        history.last_go("production")                # PastRun | None: complete and unshadowed
        history.runs("production", since=epoch)      # [PastRun], the newest first
        history.find(Wanted(…))                      # the same with stages, decisions, a limit
        history.record(run_id)                       # decision.json as it was, a dict
        history.findings(run_id)                     # [Finding]
        history.sightings("production", checks, since=epoch)  # [Sighting] of scheduled runs
        history.samples(run_id, "latency")           # [PastSample], the oldest first
        history.add_samples(run_id, [PastSample(…)])
        history.series("production", "memory", since=epoch)   # a signal over several runs
        history.baseline("production")               # PastRun | None: whose samples to compare with
        history.add_mark("production", Mark(at, "pin", run_id))   # or "invalidate"
        history.deployments("production")            # [Deployment], the last seen first
        history.previous("production", identity)     # where a rollback would lead
        history.add_rollback("production", Rollback(at, source, goal, outcome="asked"))
        history.rollbacks("production", since=epoch)
        history.alerted("production", "serving", change)     # what was told, and what is now
        history.prune(before=epoch)

The rows are in `core/past.py`; times are UTC epoch seconds. During a run use `run.past`
(`plugin/past.py`), which bounds the time and never raises more than Unavailable.
"""

from gonogo.history.failure import Unavailable
from gonogo.history.memory import MemoryHistory
from gonogo.history.opening import opened
from gonogo.history.port import History, Wanted

__all__ = ["History", "MemoryHistory", "Unavailable", "Wanted", "opened"]
