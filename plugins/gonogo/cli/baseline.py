"""`gonogo baseline`: whose measurements new ones are compared with."""

import argparse
import sys
import time
from datetime import UTC, datetime

from gonogo.cli.past import UNKNOWN, options, past
from gonogo.core.clock import rfc3339
from gonogo.core.commit import short
from gonogo.core.errors import ConfigError
from gonogo.core.past import Mark, PastRun
from gonogo.history import History, Unavailable

ACTIONS = ("show", "pin", "invalidate")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "action", choices=ACTIONS, metavar="|".join(ACTIONS), help="show it, keep it, or forget it"
    )
    parser.add_argument(
        "run_id", nargs="?", metavar="RUN", help="pin this run (default: the baseline of now)"
    )
    parser.add_argument("--why", metavar="TEXT", default="", help="kept with the mark")
    options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say what the baseline is then; 40 where the history cannot be asked."""
    changes = arguments.action != "show"
    if arguments.run_id and arguments.action != "pin":
        raise ConfigError(f"{arguments.action} takes no run")
    try:
        with past(arguments, create=changes) as (plan, history):
            target = plan.target.name
            if changes:
                history.add_mark(target, _mark(arguments, history, target))
            sys.stdout.write(f"{_told(history, target)}\n")
    except Unavailable as error:
        sys.stderr.write(f"gonogo baseline: {error}\n")
        return UNKNOWN
    return 0


def _mark(arguments: argparse.Namespace, history: History, target: str) -> Mark:
    now = time.time()
    if arguments.action == "invalidate":
        return Mark(now, "invalidate", why=arguments.why)
    chosen = _chosen(history, target, arguments.run_id)
    return Mark(now, "pin", chosen.run_id, arguments.why)


def _chosen(history: History, target: str, run_id: str | None) -> PastRun:
    if run_id is None:
        current = history.baseline(target)
        if current is None:
            raise ConfigError(f"{target} has no baseline to pin; fix: name a run")
        return current
    found = [each for each in history.runs(target) if each.run_id.startswith(run_id)]
    if len(found) != 1:
        many = "several runs begin" if found else f"no run of {target} begins"
        raise ConfigError(f"{many} with {run_id!r}; fix: the run_id of a decision.json")
    return found[0]


def _told(history: History, target: str) -> str:
    mark = next(iter(history.marks(target)), None)
    said = f" ({mark.why})" if mark is not None and mark.why else ""
    run = history.baseline(target)
    if run is None:
        since = f", invalidated {_time(mark.at)}{said}" if mark is not None else ""
        return f"baseline {target}: none{since}; the next complete GO will be it"
    pinned = f", pinned {_time(mark.at)}{said}" if mark is not None and mark.kind == "pin" else ""
    samples = history.samples(run.run_id)
    signals = sorted({each.signal for each in samples})
    held = f"{len(samples)} samples" + (f" of {', '.join(signals)}" if signals else "")
    kind = "snapshot" if run.snapshot else str(run.decision)
    commit = f" of {short(run.identity.commit)}" if run.identity.commit else ""
    what = f"{kind}{commit} at {_time(run.started)}, {held}{pinned}"
    return f"baseline {target}: {what}; run {run.run_id}"


def _time(at: float) -> str:
    return rfc3339(datetime.fromtimestamp(at, UTC))
