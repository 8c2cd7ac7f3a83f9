"""What [release] says of artefacts, as questions and answers of a run."""

import time
from typing import TYPE_CHECKING

from gonogo.artefacts import judged
from gonogo.core.observation import Observation
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge what a build or an operator left behind."""
    return judged(ask.subject, run.plan.root, time.time, run.options.commit)
