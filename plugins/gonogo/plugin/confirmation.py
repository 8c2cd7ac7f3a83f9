"""The phrase that a target asks for before a deployment may start."""

import hmac
from typing import TYPE_CHECKING

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Target
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge --gonogo-confirm."""
    return approved(ask.subject, run.options.confirm)


def approved(target: Target, given: str | None) -> Observation:
    """Compare the phrase that was given with the one that the target asks for."""
    asked = target.confirm or ""
    if given is None:
        text = f"not confirmed; fix: --gonogo-confirm {asked}"
    elif hmac.compare_digest(given.encode(), asked.encode()):
        return Observation(Reading(Outcome.PASS, "confirmed"))
    else:
        text = f"the phrase given is another one; fix: --gonogo-confirm {asked}"
    return Observation(Reading(Outcome.FAIL, text, value="not confirmed", threshold=asked))
