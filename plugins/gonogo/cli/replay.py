"""`gonogo replay`: what another policy would have decided on the recorded runs."""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gonogo.cli.past import UNKNOWN, options, past
from gonogo.config.load import policy_of
from gonogo.config.values import duration
from gonogo.core.clock import rfc3339
from gonogo.core.errors import ConfigError
from gonogo.core.outcome import Outcome
from gonogo.core.past import PastRun
from gonogo.core.policy import Policy
from gonogo.core.replay import redecided, refolded
from gonogo.core.verdict import Verdict
from gonogo.history import History, Unavailable

MOST = 50


@dataclass(frozen=True, slots=True)
class Replayed:
    """One run, what it would be now, and the signals whose new limits it cannot be judged by."""

    run: PastRun
    verdict: Verdict
    open: frozenset[str]

    @property
    def changed(self) -> bool:
        """Tell whether the decision is another one."""
        return self.verdict.decision is not self.run.decision


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--policy", metavar="FILE", required=True, help="a gonogo.toml; its [rules] are used"
    )
    parser.add_argument(
        "--since", metavar="DURATION", default="90d", help="how far back (default: %(default)s)"
    )
    options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Decide anew and say what would have changed; 40 where there is nothing to decide on."""
    policy = policy_of(Path(arguments.policy))
    try:
        since = time.time() - duration(arguments.since)
    except ValueError as error:
        raise ConfigError(f"--since {arguments.since}: {error}") from None
    try:
        with past(arguments) as (plan, history):
            old = plan.policy
            runs = history.runs(arguments.target, since)
            found = list(replayed(history, runs, old, policy))
    except Unavailable as error:
        sys.stderr.write(f"gonogo replay: {error}\n")
        return UNKNOWN
    sys.stdout.write("\n".join(_lines(found, arguments.policy)) + "\n")
    return 0 if found else UNKNOWN


def replayed(
    history: History, runs: Iterable[PastRun], old: Policy, policy: Policy
) -> Iterator[Replayed]:
    """Decide each run anew."""
    other = refolded(old, policy)
    for each in runs:
        record = history.record(each.run_id)
        if record is not None:
            verdict = redecided(record, policy)
            known = {f.signal for f in verdict.findings if f.outcome is not Outcome.UNKNOWN}
            same = each.policy_hash == policy.digest
            yield Replayed(each, verdict, frozenset() if same else other & known)


def _lines(found: list[Replayed], name: str) -> Iterator[str]:
    changed = [each for each in found if each.changed]
    yield f"replay   {len(found)} runs under {name}: {len(changed)} decided otherwise"
    for each in changed[:MOST]:
        yield _line(each)
    if len(changed) > MOST:
        yield f"         … and {len(changed) - MOST} more"
    signals = sorted(frozenset().union(*(each.open for each in found)))
    if signals:
        yield (
            f"note     limits of {', '.join(signals)} differ: "
            "what was measured then is taken as it was judged then"
        )


def _line(each: Replayed) -> str:
    run, verdict = each.run, each.verdict
    first = next(iter(verdict.reasons), None)
    why = f"  {first.finding.signal} {first.finding.check}" if first is not None else ""
    at = rfc3339(datetime.fromtimestamp(run.started, UTC))
    moved = f"{run.decision} -> {verdict.decision}"
    return f"changed  {at} {run.target} {run.stage}  {moved}{why}  (run {run.run_id[:8]})"
