"""From a status line and a body to a report, by vocabulary and structure, not by product."""

import re
from collections.abc import Mapping
from typing import Any, TypedDict

from gonogo.core.content import ContentError, parse_json
from gonogo.health.body import text_of
from gonogo.health.components import Parts, parts_of
from gonogo.health.statement import own_status, squeezed
from gonogo.health.vocabulary import Status, rate, squeeze, worst

_WRAPPERS = ("data", "detail", "result", "response", "payload", "body", "content", "health")
_MESSAGES = ("message", "msg", "detail", "text")
# A page that is nothing but a colour is a health answer: Rails serves it below /up.
_COLOUR = re.compile(r'<body style="background-color: (green|red)"></body>')
_MARK = re.compile(r"^\[([+-])\]\s*(\S+)", re.MULTILINE)
_WORD = 200  # characters; a longer text is a document, not a word


class HealthReport(TypedDict):
    """The whole: pass, warn, fail or unknown; and each named part."""

    status: Status
    components: Parts


def read(http_status: int, headers: Mapping[str, str], body: bytes) -> HealthReport:
    """Read one answer; the body is as on the wire. Never raises; doubt is never a pass."""
    try:
        status, parts = _read_text(text_of(headers, body))
    except ContentError:
        status, parts = "unknown", {}
    if http_status >= 500:
        status = "fail"
    elif not 200 <= http_status < 300 and status == "pass":
        status = "unknown"
    return {"status": status, "components": parts}


def _read_text(text: str) -> tuple[Status, Parts]:
    if not text:
        return "pass", {}
    if text.startswith(("[+]", "[-]")):
        return _read_marks(text)
    if text[0] in '{["' or text in {"true", "false"}:
        return _read_document(parse_json(text, strict=True))
    if text[0] == "<":
        colour = _COLOUR.search(text) if len(text) < 2 * _WORD else None
        return (rate(colour[1]) if colour else "unknown"), {}
    if len(text) > _WORD:
        return "unknown", {}
    return ("unknown" if text.replace(".", "").isdigit() else rate(text)), {}


def _read_marks(text: str) -> tuple[Status, Parts]:
    """Read lines such as "[+]etcd ok" and "[-]etcd failed: reason withheld"."""
    parts: Parts = {}
    for sign, name in _MARK.findall(text):
        parts[name] = {"status": "pass" if sign == "+" else "fail"}
    return worst([part["status"] for part in parts.values()]), parts


def _read_document(document: Any, depth: int = 0) -> tuple[Status, Parts]:
    if not isinstance(document, Mapping | list):
        return rate(document), {}
    own = own_status(document)
    if own is None and depth < 3:
        wrapped = _unwrap(document)
        if wrapped is not None:
            return _read_document(wrapped, depth + 1)
    parts, nameless = parts_of(document)
    below = worst([*(part["status"] for part in parts.values()), *nameless])
    if own is None and isinstance(document, Mapping) and not parts and not nameless:
        return _read_loose(document), {}
    if own is None:
        return below, parts
    if own == "pass" and (below == "fail" or _has_faults(document)):
        return "warn", parts
    if own == "unknown" and below == "fail":
        return "fail", parts
    return own, parts


def _unwrap(document: Any) -> Any:
    """Return what an envelope holds, where it holds nothing beside: {"code": 0, "data": {...}}."""
    if not isinstance(document, Mapping):
        return None
    nested = {
        squeeze(key): each for key, each in document.items() if isinstance(each, Mapping | list)
    }
    if len(nested) != 1:
        return None
    return next((nested[key] for key in _WRAPPERS if nested.get(key)), None)


def _read_loose(document: Mapping[str, Any]) -> Status:
    """Read a mapping that has neither status nor parts: faults, flags, a message, else nothing."""
    plain = squeezed(document)
    if _has_faults(document) or plain.get("error"):
        return "fail"
    messages = [rate(plain[key]) for key in _MESSAGES if isinstance(plain.get(key), str)]
    if messages:
        return worst(messages)
    return "pass"  # it says nothing about health: the status line alone speaks


def _has_faults(document: Any) -> bool:
    if not isinstance(document, Mapping):
        return False
    for key, value in document.items():
        name = squeeze(key)
        if value and (name in {"errors", "failures"} or _is_list_of_bad(name, value)):
            return True
    return False


def _is_list_of_bad(name: str, value: Any) -> bool:
    return isinstance(value, Mapping | list) and name.startswith(("unhealthy", "failed", "failing"))
