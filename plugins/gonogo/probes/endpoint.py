"""Smoke: one request, and whether the answer is what the endpoint promises."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from gonogo.core.answer import Answer, Request
from gonogo.core.clock import seconds
from gonogo.core.clue import Clue
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Certificate, Endpoint, Expectation
from gonogo.probes.certificate import days_left
from gonogo.probes.clues import clue_of
from gonogo.probes.context import Context
from gonogo.probes.polling import until_good

MAX_TEXT = 8 << 20
CROWD_S = 1.0  # what 64 requests at once may add to the time of one


async def answered(context: Context, endpoint: Endpoint) -> Observation:
    """Ask until the answer is as expected, or the attempts are used up."""
    request = Request(
        endpoint.url,
        endpoint.method,
        endpoint.headers,
        endpoint.body,
        timeout=endpoint.timeout,
        max_redirects=0 if any(300 <= code < 400 for code in endpoint.expect.status) else 5,
    )

    async def ask() -> Reading:
        answer = await context.fetch(request)
        if _maybe_hurried(answer, endpoint):
            answer = await context.fetch(replace(request, unhurried=True))
        if answer.transport_failure:
            reading = await context.silent(answer)
            return replace(reading, signal=None)
        if context.edge_in_grace(answer):
            text = f"{answer.describe()}, from the edge"
            return Reading(Outcome.UNKNOWN, text, "edge", clue=clue_of(answer))
        found = list(faults(answer, endpoint.expect))
        text = "; ".join([answer.describe(), *found])
        outcome = Outcome.FAIL if found else Outcome.PASS
        value = str(answer.status)
        wanted = " or ".join(map(str, endpoint.expect.status)) or "below 500"
        clue = clue_of(answer, json=bool(endpoint.expect.json))
        return Reading(outcome, text, None, value, wanted, answer.elapsed, clue)

    return await until_good(context, endpoint.slug, ask, endpoint.retry)


def _maybe_hurried(answer: Answer, endpoint: Endpoint) -> bool:
    """Tell whether the crowd of our own requests may have broken the budget, not the service."""
    over = answer.elapsed - (endpoint.expect.budget or float("inf"))
    return 0 < over < CROWD_S and endpoint.method in {"GET", "HEAD", "OPTIONS"}


def faults(answer: Answer, expect: Expectation) -> Iterator[str]:
    """Yield what an answer lacks, each in a few words."""
    wants_body = bool(expect.json) or expect.body_contains is not None
    if answer.silence is not None and (wants_body or answer.silence.kind != "too-large"):
        yield answer.silence.text
    if expect.status and answer.status not in expect.status:
        yield f"expected {' or '.join(map(str, expect.status))}"
    if not expect.status and (answer.status or 0) >= 500:
        yield "a server error"
    for name, wanted in expect.headers.items():
        got = answer.headers.get(name.lower())
        if got is None or wanted.lower() not in got.lower():
            yield f"header {name} {'is missing' if got is None else f'lacks {wanted!r}'}"
    if expect.budget is not None and answer.elapsed > expect.budget:
        yield f"took {seconds(answer.elapsed)}, budget {seconds(expect.budget)}"
    if wants_body:
        yield from _body_faults(answer, expect)


def _body_faults(answer: Answer, expect: Expectation) -> Iterator[str]:
    try:
        body = decode_content(answer.body, answer.headers.get("content-encoding"), MAX_TEXT)
    except ContentError as error:
        yield f"the body cannot be decoded: {error}"
        return
    contains = expect.body_contains
    if contains is not None and contains.encode() not in body:
        yield f"the body lacks {contains!r}"
    if not expect.json:
        return
    try:
        document = parse_json(body)
    except ContentError as error:
        yield f"the body is {error}"
        return
    for path, wanted in expect.json.items():
        fault = _path_fault(path, document, wanted)
        if fault:
            yield f"JSON {path!r} {fault}"


def _path_fault(path: str, document: Any, wanted: Any) -> str | None:
    try:
        return _json_fault(jmespath.search(path, document), wanted)
    except (JMESPathError, ValueError, TypeError, RecursionError) as error:
        return f"cannot be read from this body ({type(error).__name__})"


def _json_fault(got: Any, wanted: Any) -> str | None:
    """Compare with a literal, or with a test: see JSON_TESTS."""
    if not isinstance(wanted, dict):
        return None if _same(got, wanted) else f"is not {wanted!r}"
    for test, value in wanted.items():
        good = _holds(test, got, value)
        if not good:
            return f"fails {test} = {value!r}"
    return None


def _same(got: Any, wanted: Any) -> bool:
    return bool(got == wanted) and isinstance(got, bool) == isinstance(wanted, bool)


def _holds(test: str, got: Any, value: Any) -> bool:
    number = isinstance(got, int | float) and not isinstance(got, bool)
    match test:
        case "present":
            return (got is not None) == bool(value)
        case "equals":
            return _same(got, value)
        case "min":
            return number and got >= value
        case "max":
            return number and got <= value
        case "contains":
            return isinstance(got, str | list) and value in got
        case "length":
            return isinstance(got, str | list | dict) and len(got) == value
        case _:
            return False


async def certified(_context: Context, certificate: Certificate) -> Observation:
    """Read how long the certificate is still valid."""
    found = await days_left(certificate.host, certificate.port, 10.0)
    if isinstance(found, float | int):
        good = found >= certificate.minimum
        text = f"the certificate of {certificate.host} is valid for {found:.0f} more days"
        wanted = f"{certificate.minimum:.0f} days"
        outcome = Outcome.PASS if good else Outcome.FAIL
        return Observation(Reading(outcome, text, value=f"{found:.0f} days", threshold=wanted))
    outcome = Outcome.FAIL if found.kind == "tls" else Outcome.UNKNOWN
    origin = f"https://{certificate.host}:{certificate.port}"
    clue = Clue(origin=origin, silence=found.kind, why=found.text)
    return Observation(Reading(outcome, f"{certificate.host}: {found.text}", clue=clue))
