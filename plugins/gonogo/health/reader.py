"""From a status line and a body to a report, by vocabulary and structure, not by product."""

import json
import re
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from gonogo.core.content import ContentError, decode_content

LIMIT = 16 << 20
DEPTH = 100
_GOOD = frozenset(
    [
        "ok",
        "okay",
        "pass",
        "passed",
        "passing",
        "up",
        "healthy",
        "alive",
        "ready",
        "running",
        "success",
        "successful",
        "good",
        "green",
        "online",
        "available",
        "operational",
        "true",
        "serving",
        "working",
        "pong",
        "normal",
        "live",
        "fine",
        "yes",
        "connected",
        "active",
    ]
)
_WARN = frozenset(
    ["warn", "warning", "degraded", "yellow", "partial", "impaired", "slow", "starting"]
)
_BAD = frozenset(
    [
        "fail",
        "failed",
        "failing",
        "failure",
        "down",
        "unhealthy",
        "error",
        "errored",
        "critical",
        "dead",
        "red",
        "offline",
        "ko",
        "bad",
        "unavailable",
        "outage",
        "crashed",
        "false",
        "disconnected",
        "stopped",
        "no",
        "out_of_service",
        "shutting_down",
        "unreachable",
        "timeout",
        "major_outage",
        "not_ready",
        "sealed",
    ]
)
_STATUS_KEYS = ("status", "state", "health", "healthy", "outcome", "ok", "globalstatus", "result")
_CONTAINERS = frozenset(
    [
        "components",
        "details",
        "checks",
        "services",
        "dependencies",
        "entries",
        "results",
        "checkresults",
        "health",
        "info",
    ]
)
_NAME_KEYS = ("name", "id", "checkName", "alias", "instance", "service_id")
_LATENCIES = {"latency_ms": 1, "latencyms": 1, "response_time_ms": 1, "latency_seconds": 1000}


class Component(TypedDict):
    """One part: pass, warn, fail or unknown, and its latency in milliseconds where stated."""

    status: str
    latency_ms: NotRequired[float]


class HealthReport(TypedDict):
    """The whole: pass, warn, fail or unknown."""

    status: str
    components: dict[str, Component]


class _DuplicateError(ValueError):
    """A key stands twice: which one is meant is not known."""


def read(http_status: int, headers: Mapping[str, str], body: bytes) -> HealthReport:
    """Read one answer; the body is as on the wire. Never raises; doubt is never a pass."""
    report = _read_body(headers, body)
    if http_status >= 500:
        return {"status": "fail", "components": report["components"]}
    if not 200 <= http_status < 300 and report["status"] != "fail":
        return {"status": "unknown", "components": report["components"]}
    return report


def _read_body(headers: Mapping[str, str], body: bytes) -> HealthReport:
    unknown: HealthReport = {"status": "unknown", "components": {}}
    try:
        raw = decode_content(body, headers.get("content-encoding"), LIMIT)
        text = raw.decode("utf-8-sig").strip()
    except (ContentError, UnicodeDecodeError):
        return unknown
    if not text:
        return {"status": "pass", "components": {}}
    if text[0] not in "{[":
        return {"status": word(text.strip('"')) if len(text) < 60 else "unknown", "components": {}}
    if _depth(text) > DEPTH:
        return unknown
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return unknown
    return _document(document)


def _document(document: Any) -> HealthReport:
    components = _components(document, top=True)
    own = _own(document)
    parts = [part["status"] for part in components.values()]
    worst = next((s for s in ("fail", "warn", "pass") if s in parts), "unknown")
    if own is None:
        empty = isinstance(document, dict) and not document
        own = "pass" if empty else worst
    elif own == "pass" and "fail" in parts:
        own = "warn"
    return {"status": own, "components": components}


def word(value: Any) -> str:
    """Return pass, warn, fail or unknown for a word, a boolean or a number."""
    if isinstance(value, bool):
        return "pass" if value else "fail"
    if not isinstance(value, str):
        return "unknown"
    plain = re.sub(r"[\s-]+", "_", value.strip().casefold())
    for name, words in (("pass", _GOOD), ("warn", _WARN), ("fail", _BAD)):
        if plain in words:
            return name
    return "unknown"


def _own(document: Any) -> str | None:
    if not isinstance(document, dict):
        return None
    for key, value in document.items():
        if key.casefold() in _STATUS_KEYS and not isinstance(value, dict | list):
            return word(value)
    return None


def _components(document: Any, *, top: bool = False) -> dict[str, Component]:
    found: dict[str, Component] = {}
    if isinstance(document, list):
        for each in document:
            name = _name(each)
            if name is not None and _own(each) is not None:
                found[name] = _component(each)
        return found
    if not isinstance(document, dict):
        return found
    for key, value in document.items():
        container = key.casefold() in _CONTAINERS and isinstance(value, dict | list)
        if container and top:
            found.update(_parts(value))
        elif isinstance(value, dict) and _own(value) is not None:
            found[key] = _component(value)
    return found


def _parts(value: Any) -> dict[str, Component]:
    if isinstance(value, list):
        return _components(value)
    found = {}
    for key, part in value.items():
        entries = part if isinstance(part, list) else [part]
        rated = [_component(each) for each in entries]
        order = ("fail", "warn", "pass", "unknown")
        if rated:
            found[key] = min(rated, key=lambda each: order.index(each["status"]))
    return found


def _component(value: Any) -> Component:
    if not isinstance(value, dict):
        return {"status": word(value)}
    component: Component = {"status": _own(value) or "unknown"}
    for key, each in value.items():
        factor = _LATENCIES.get(key.casefold())
        number = isinstance(each, int | float) and not isinstance(each, bool)
        if factor and number:
            component["latency_ms"] = float(each) * factor
    return component


def _name(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((str(value[key]) for key in _NAME_KEYS if value.get(key)), None)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise _DuplicateError
    return table


def _refuse(_constant: str) -> float:
    raise ValueError("not a number")


def _depth(text: str) -> int:
    depth = deepest = 0
    for each in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        mark = each[0]
        depth += (mark in "[{") - (mark in "]}") if len(mark) == 1 else 0
        deepest = max(deepest, depth)
    return deepest
