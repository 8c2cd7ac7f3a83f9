"""What [release] says of artefacts, as questions and answers of a run."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from gonogo.artefacts import judged
from gonogo.artefacts.comparison import compared
from gonogo.core.artefact import Coverage
from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge what a build or an operator left behind."""
    seen = judged(ask.subject, run.plan.root, time.time, run.options.commit)
    if not isinstance(ask.subject, Coverage) or ask.subject.drop is None:
        return seen
    return _against_last(run, seen, ask.subject.drop)


def _against_last(run: "Run", seen: Observation, drop: float) -> Observation:
    from gonogo.history.failure import Unavailable  # noqa: PLC0415 - few runs compare
    from gonogo.history.questions import last_coverage  # noqa: PLC0415 - as above

    if seen.reading.outcome is not Outcome.PASS:
        return seen  # the minimum has decided already
    try:
        last = run.past.ask(lambda history: last_coverage(history, run.plan.target.name))
    except Unavailable as silence:
        text = f"{seen.reading.text}; not compared with the last GO: {silence}"
        return replace(seen, reading=replace(seen.reading, outcome=Outcome.UNKNOWN, text=text))
    return compared(seen, drop, last)
