"""Asking for a document: whole and readable, or the reason why it is not there."""

from collections.abc import Container
from typing import Any

from gonogo.core.answer import Answer, Request
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.errors import EvidenceUnavailable
from gonogo.probes.context import Context

MOST = 8 << 20  # bytes of an answer, and of what it unpacks to
MORE = 32 << 20


async def body_of(context: Context, request: Request, *, also: Container[int] = ()) -> bytes:
    """Return the decoded body of an answer with 200, or `also` others; or EvidenceUnavailable."""
    answer = await context.fetch(request)
    if answer.silence is not None or (answer.status != 200 and answer.status not in also):
        raise EvidenceUnavailable(why(answer))
    try:
        return decode_content(answer.body, answer.headers.get("content-encoding"), MORE)
    except ContentError as error:
        raise EvidenceUnavailable(f"{answer.describe()}, the body is {error}") from None


async def json_of(context: Context, request: Request, *, also: Container[int] = ()) -> Any:
    """Return the JSON of an answer; raises EvidenceUnavailable."""
    body = await body_of(context, request, also=also)
    try:
        return parse_json(body)
    except ContentError as error:
        raise EvidenceUnavailable(f"{request.method} {request.shown}: {error}") from None


def why(answer: Answer) -> str:
    """Say why an answer is no evidence, and what to do."""
    text = answer.describe()
    match answer.status:
        case 401 | 403:
            return f"{text}: the credentials may not read this; fix: the token or headers"
        case 404:
            return f"{text}: nothing is there; fix: the path, url or resource of the signal"
        case 429:
            return f"{text}: the rate limit is used up; fix: a longer `every`"
        case _:
            return f"{text}, {answer.silence.text}" if answer.status and answer.silence else text
