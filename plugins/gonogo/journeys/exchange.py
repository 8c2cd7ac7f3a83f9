"""A request and its answer, as a report shows them: no secret, and not endless."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gonogo.core.answer import Answer
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.journeys.link import Link

MOST = 4000
_PRIVATE = {
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "api-key",
    "x-auth-token",
}
_SECRET = re.compile(r"token|secret|passw|api[-_]?key|session|jwt|credential|otp", re.IGNORECASE)
_COOKIE = re.compile(r"(?:^|,\s*)[\w.-]+=\"?([^;,\"]{8,})")


def title_of(answer: Answer) -> str:
    """Return the request and the status in one line."""
    return answer.describe()


def told(answer: Answer, link: Link) -> str:
    """Return both sides as text; secrets that the answer hands out are hidden from now on."""
    link.hide(handed_out(answer))
    request = answer.request
    lines = [f"{request.method} {request.shown}", *_headers(dict(request.headers))]
    lines += _body(request.body or b"", {}, link)
    lines += ["", answer.describe().rpartition(" -> ")[2], *_headers(answer.headers)]
    return "\n".join([*lines, *_body(answer.body, answer.headers, link)])


def handed_out(answer: Answer) -> list[str]:
    """Return the secrets in an answer: cookies, and values under names such as access_token."""
    cookies = _COOKIE.findall(answer.headers.get("set-cookie", ""))
    found = [each for each in cookies if _looks_made_up(each)]
    try:
        body = decode_content(answer.body, answer.headers.get("content-encoding"), 1 << 20)
        document = parse_json(body)
    except ContentError:
        return found
    return [*found, *_values(document)]


def revealed(answer: Answer, path: str) -> list[str]:
    """Return the texts that a JMESPath finds in an answer."""
    import jmespath  # noqa: PLC0415 - few answers are asked for a secret

    try:
        body = decode_content(answer.body, answer.headers.get("content-encoding"), 1 << 20)
        found = jmespath.search(path, parse_json(body))
    except (ContentError, jmespath.exceptions.JMESPathError, ValueError, TypeError):
        return []
    return [found] if isinstance(found, str) else []


def _values(document: Any, *, secret: bool = False) -> Iterator[str]:
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _values(value, secret=secret or bool(_SECRET.search(str(name))))
    elif isinstance(document, list):
        for value in document:
            yield from _values(value, secret=secret)
    elif secret and isinstance(document, str) and _looks_made_up(document):
        yield document


def _looks_made_up(text: str) -> bool:
    """Tell a secret from a word: hiding "required" everywhere would garble every report."""
    if text.startswith(("http://", "https://")) or " " in text:
        return False
    return len(text) >= 20 or (len(text) >= 8 and any(each.isdigit() for each in text))


def _headers(headers: Mapping[str, str]) -> Iterable[str]:
    for name, value in headers.items():
        yield f"{name}: {'[hidden]' if name.lower() in _PRIVATE else value}"


def _body(body: bytes, headers: Mapping[str, str], link: Link) -> list[str]:
    """Redact before cutting: half a secret is not recognized any more."""
    if not body:
        return []
    try:
        raw = decode_content(body, headers.get("content-encoding"), 1 << 20)
    except ContentError as error:
        return ["", f"({len(body)} bytes: {error})"]
    text = link.redact(raw.decode("utf-8", "replace"))
    more = f"\n… {len(text) - MOST} more characters" if len(text) > MOST else ""
    return ["", text[:MOST] + more]
