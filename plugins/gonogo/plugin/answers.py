"""Which function answers a question that needs no engine: kind -> "module:function".

Each takes the run and the question, and is imported at the first question of its kind.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

ANSWERS = {
    "variable": "gonogo.plugin.candidate:answered",
    "file": "gonogo.plugin.candidate:answered",
    "group": "gonogo.plugin.candidate:answered",
    "approval": "gonogo.plugin.confirmation:answered",
    "journey": "gonogo.plugin.journeys:answered",
    "artefact": "gonogo.plugin.quality:answered",
    "trigger": "gonogo.plugin.watching:answered",
    "window": "gonogo.plugin.release:opened",
    "promotion": "gonogo.plugin.promotion:answered",
    "migrations": "gonogo.plugin.migrating:answered",
}


def answered(run: "Run", ask: Ask) -> Observation:
    """Answer one question. What breaks here is a silent witness, never a failure."""
    module, _, function = ANSWERS[ask.kind].partition(":")
    answer = getattr(import_module(module), function)
    try:
        observation: Observation = answer(run, ask)
    except Exception as error:  # noqa: BLE001 - whatever breaks here is ours, never the release's
        text = f"the check broke: {type(error).__name__}: {error}"
        return Observation(Reading(Outcome.UNKNOWN, text))
    return observation
