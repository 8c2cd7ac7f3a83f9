"""Whether a reply is what a step needs; what is not is raised."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import jmespath

from gonogo.core.clock import seconds
from gonogo.core.subject import Expectation
from gonogo.health.body import is_page
from gonogo.journeys.client import Reply
from gonogo.journeys.evidence import Against, Throttled
from gonogo.probes.endpoint import faults

Found = TypeVar("Found")
PAUSE_S = 0.2
LONGEST_WAIT_S = 30.0
WRITTEN = (200, 201, 202, 204)


def accepted(reply: Reply, expect: Expectation) -> None:
    """Raise unless the reply is as expected."""
    not_throttled(reply)
    found = list(faults(reply.answer, expect))
    if found:
        raise Against("; ".join([f"{reply}", *found]))


def no_page(reply: Reply, expect: Expectation) -> None:
    """Raise for a web page, such as a login form, where an API should have answered."""
    if expect.body_contains is None and is_page(reply.headers, reply.answer.body):
        raise Against(f"{reply}; a web page, and the answer of an API was expected")


def written(reply: Reply) -> None:
    """Raise unless a change was accepted."""
    accepted(reply, Expectation(status=WRITTEN))


def refused(reply: Reply, codes: Sequence[int]) -> None:
    """Raise where the door was open; an answer that neither opens nor refuses may change."""
    not_throttled(reply)
    if reply.status not in codes:
        opened = 200 <= reply.status < 300
        word = "accepted; " if opened else ""
        wanted = ", ".join(map(str, codes))
        raise Against(f"{reply}; {word}expected a refusal ({wanted})", final=opened)


def not_throttled(reply: Reply) -> None:
    """Raise for a rate limit: it was we who asked too often."""
    if reply.status != 429:
        return
    given = reply.headers.get("retry-after", "")
    wait = float(given) if given.isdigit() else 1.0
    if wait > LONGEST_WAIT_S:
        raise Throttled(f"{reply}, a rate limit for {wait:g}s more", 0.0)
    raise Throttled(f"{reply}, a rate limit", wait)


def found_at(path: str, document: Any) -> Any:
    """Return what a JMESPath finds, None for nothing or where it does not fit."""
    try:
        return jmespath.search(path, document)
    except (jmespath.exceptions.JMESPathError, ValueError, TypeError, RecursionError):
        return None


def names_in(document: Any) -> str:
    """Return the keys of an answer, for a message: never a value."""
    if isinstance(document, dict):
        return f"the answer has: {', '.join(list(document)[:10]) or 'nothing'}"
    return f"the answer is a {type(document).__name__}"


def settled(look: Callable[[], Found], patience: float, sleep: Callable[[float], None]) -> Found:
    """Look again until it is as it should be: what was changed may take time to be seen."""
    waited = 0.0
    while True:
        try:
            return look()
        except Against as error:
            if waited >= patience:
                after = f", {seconds(waited)} after the change" if waited else ""
                raise Against(f"{error}{after}", final=error.final) from None
        sleep(PAUSE_S)
        waited += PAUSE_S
