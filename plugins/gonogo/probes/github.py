"""GitHub's REST API as a witness: whole answers, or the reason why there is none."""

from typing import Any

from gonogo.core.answer import Answer, Request
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.errors import EvidenceUnavailable
from gonogo.probes.context import Context

TRIES = 3


async def asked(context: Context, url: str, token: str | None, pause: float = 10.0) -> Any:
    """Return the JSON of an answer with 200; raises EvidenceUnavailable after three tries."""
    headers = [("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28")]
    if token:
        headers.append(("Authorization", f"Bearer {token}"))
    return await json_of(context, Request(url, headers=tuple(headers)), pause)


async def json_of(context: Context, request: Request, pause: float = 10.0) -> Any:
    """Return the JSON of an answer with 200; raises EvidenceUnavailable after three tries."""
    for tried in range(1, TRIES + 1):
        answer = await context.fetch(request)
        again = answer.status is None or answer.status >= 500 or answer.status == 429
        if not again or tried == TRIES:
            break
        await context.sleep(min(2.0**tried, pause))
    if answer.status != 200 or answer.silence is not None:
        raise EvidenceUnavailable(_why(answer))
    try:
        body = decode_content(answer.body, answer.headers.get("content-encoding"), 8 << 20)
        return parse_json(body)
    except ContentError as error:
        raise EvidenceUnavailable(f"{answer.describe()}, the body is {error}") from None


def _why(answer: Answer) -> str:
    text = answer.describe()
    if answer.headers.get("x-ratelimit-remaining") == "0" or answer.status == 429:
        return f"{text}: the rate limit of the API is used up; give a token, or wait"
    match answer.status:
        case 401 | 403:
            return f"{text}: the token may not read this; checks, statuses and issues are needed"
        case 404 | 422:
            return f"{text}: there is no such thing, or the token may not see it"
        case _:
            return text
