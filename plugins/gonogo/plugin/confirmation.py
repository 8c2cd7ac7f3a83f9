"""The phrase that a target asks for before a deployment may start."""

import hmac

from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Target


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
