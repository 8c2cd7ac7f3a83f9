"""A JSON API as a witness: a whole answer, or the reason why there is none.

EvidenceUnavailable
├── Refused   the API says no to this caller
│   └── Missing   there is no such thing, or not yet, or not for this caller
└── Limited   the API wants to be left alone for `wait` seconds
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.core.answer import Answer, Request
from gonogo.core.clock import seconds
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.limits import limit_of
from gonogo.probes.addresses import host_of
from gonogo.probes.context import Context

TRIES = 3
PATIENCE_S = 30.0  # with an API that names the time to wait
LARGEST = 8 << 20  # bytes of a document


class Refused(EvidenceUnavailable):
    """The caller may not."""


class Missing(Refused):
    """There is no such thing, or the caller may not know of it."""


class Limited(EvidenceUnavailable):
    """Too many requests: ask again in `wait` seconds."""

    def __init__(self, text: str, wait: float) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Reply:
    """The document of an answer with 200; headers in lower case."""

    document: Any
    headers: Mapping[str, str]


async def json_of(context: Context, request: Request, pause: float = 10.0) -> Any:
    """Return the JSON of an answer with 200; raises EvidenceUnavailable after three tries."""
    return (await replied(context, request, pause)).document


async def replied(
    context: Context, request: Request, pause: float = 10.0, patience: float = PATIENCE_S
) -> Reply:
    """Ask up to three times, at most `pause` apart, or as the API says within `patience`."""
    for tried in range(1, TRIES + 1):
        answer = await context.fetch(request)
        wait = limit_of(answer, context.wall().timestamp())
        if wait is not None and (wait > patience or tried == TRIES):
            raise Limited(_limited(answer, wait), wait)
        silent = answer.status is None or answer.status >= 500
        if wait is None and (not silent or tried == TRIES):
            break
        await context.sleep(min(2.0**tried, pause) if wait is None else wait)
    return Reply(_document(answer), answer.headers)


def _document(answer: Answer) -> Any:
    text = answer.describe()
    if answer.status in {401, 403}:
        raise Refused(f"{text}: the token may not read this; give one that may")
    if answer.status in {404, 410, 422}:
        raise Missing(f"{text}: there is no such thing, or the token may not see it")
    if answer.status != 200 or answer.silence is not None:
        why = f", {answer.silence.text}" if answer.status and answer.silence else ""
        raise EvidenceUnavailable(f"{text}{why}")
    if host_of(answer.url) != host_of(answer.request.url):
        raise EvidenceUnavailable(f"{text}, by a redirect to another host")
    try:
        body = decode_content(answer.body, answer.headers.get("content-encoding"), LARGEST)
        return parse_json(body)
    except ContentError as error:
        raise EvidenceUnavailable(f"{text}, the body is {error}") from None


def _limited(answer: Answer, wait: float) -> str:
    text = f"{answer.describe()}: the rate limit of the API is used up for {seconds(wait)}"
    return f"{text}; give a token, or wait"
