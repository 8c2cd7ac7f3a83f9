"""From an answer to the facts that may name a cause: bounded, and without any value of it."""

import re
from urllib.parse import urlsplit

from gonogo.core.answer import Answer
from gonogo.core.clue import Clue
from gonogo.core.content import ContentError
from gonogo.health.body import is_document, is_page, text_of
from gonogo.probes.addresses import leads_to_login

_EDGES = ("cloudflare", "railway", "render", "vercel", "fly", "cowboy", "heroku", "awselb")
_EDGE_HEADERS = {
    "x-railway-fallback": "railway",
    "x-render-routing": "render",
    "x-vercel-error": "vercel",
    "cf-ray": "cloudflare",
}
_PORTS = {"http": 80, "https": 443}
_CREDENTIALS = {"authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "cookie"}
_MODE = re.compile(r"(?:^|[\s_-])(test|live)_")
_LOOKED_AT = 4000  # characters of a body
_NAME = r"[\"'`]?\b([A-Z][A-Z0-9]*_[A-Z0-9_]{1,60}|PORT|SECRET)\b[\"'`]?"
_VARIABLES = (
    re.compile(rf"KeyError\W{{1,6}}{_NAME}"),
    re.compile(rf"[Mm]issing (?:required )?(?:environment )?variable\W{{1,4}}{_NAME}"),
    re.compile(rf"[Ee]nvironment variable {_NAME} (?:is )?(?:not set|missing|required|unset)"),
    re.compile(
        rf"{_NAME}:? (?:environment variable )?(?:is (?:not set|missing|unset)|must be set)\b"
    ),
)
_REFUSED = (
    re.compile(r"ECONNREFUSED ([\w.:-]+?):(\d{1,5})\b"),
    re.compile(r"dial tcp ([\w.:\[\]-]+?):(\d{1,5}): connect: connection refused"),
    re.compile(r"Connect call failed \(['\"]([\w.:-]+)['\"], (\d{1,5})"),
    re.compile(
        r"connection to server at [\"\\]+([\w.:-]+?)[\"\\]+(?: \([\w.:]+\))?, port (\d{1,5}) "
        r"failed: Connection refused"
    ),
    re.compile(r"Error 111 connecting to ([\w.:-]+?):(\d{1,5})\. Connection refused"),
)


def clue_of(answer: Answer, *, json: bool = False) -> Clue:
    """Return what an answer shows; `json` says that JSON was wanted."""
    parts = urlsplit(answer.request.url)
    silence, headers = answer.silence, answer.headers
    text = _text(answer) if answer.status == 400 or (answer.status or 0) >= 500 else ""
    broken = text if (answer.status or 0) >= 500 else ""
    return Clue(
        origin=origin_of(answer.request.url),
        path=parts.path or "/",
        method=answer.request.method,
        status=answer.status,
        silence=silence.kind if silence else "",
        why=silence.text if silence else "",
        led_to=_led_to(answer),
        allow=_allowed(answer),
        edge=_edge_alone(answer),
        sent=_sent(answer),
        variable=variable_in(broken),
        refused=refused_in(broken),
        page=json and is_page(headers, answer.body),
        json=json,
        wants_tls=answer.status == 400 and "plain HTTP request was sent to HTTPS port" in text,
    )


def origin_of(url: str) -> str:
    """Return scheme, host and port, without user and password; "" where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return ""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{port}" if host and port else ""


def edge_of(answer: Answer) -> str:
    """Name the edge proxy that an answer came through; "" where none signed it."""
    server = answer.headers.get("server", "").lower()
    named = next((edge for edge in _EDGES if edge in server), "")
    return named or next((n for key, n in _EDGE_HEADERS.items() if key in answer.headers), "")


def _edge_alone(answer: Answer) -> str:
    """Name the edge proxy that wrote an answer itself, for lack of an application."""
    status, headers = answer.status or 0, answer.headers
    own = {"x-railway-fallback", "x-vercel-error"} & headers.keys()
    gateway = status in {502, 504} and not is_document(headers, answer.body)
    certain = bool(own) or gateway or 520 <= status <= 530
    return edge_of(answer) if status >= 500 and certain else ""


def variable_in(text: str) -> str:
    """Return the environment variable that a text says is missing; "" for none, or several."""
    return _only({found[1] for each in _VARIABLES for found in each.finditer(text)})


def refused_in(text: str) -> str:
    """Return host:port of what a text says has refused a connection; "" for none, or several."""
    return _only({f"{found[1]}:{found[2]}" for each in _REFUSED for found in each.finditer(text)})


def _only(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else ""


def _text(answer: Answer) -> str:
    try:
        return text_of(answer.headers, answer.body)[:_LOOKED_AT]
    except ContentError:
        return ""


def _led_to(answer: Answer) -> str:
    if not answer.redirects or not leads_to_login(answer.request.url, answer.url):
        return ""
    parts = urlsplit(answer.url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def _allowed(answer: Answer) -> str:
    words = re.findall(r"[A-Z]{3,10}", answer.headers.get("allow", "")[:100])
    return ", ".join(words) if answer.status == 405 else ""


def _sent(answer: Answer) -> str:
    """Say whether credentials were sent; of a key, no more than its mode."""
    values = [value for name, value in answer.request.headers if name.lower() in _CREDENTIALS]
    if not values and "@" not in urlsplit(answer.request.url).netloc:
        return ""
    modes = {found[1] for value in values if (found := _MODE.search(value))}
    return modes.pop() if len(modes) == 1 else "yes"
