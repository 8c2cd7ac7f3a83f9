"""What a mapping of a health document says about itself."""

from collections.abc import Mapping
from typing import Any

from gonogo.health.keys import ALARMS, BAD_COUNTS, FLAGS, GOOD_COUNTS, INSIDE, STATUS, STATUS_TEXT
from gonogo.health.vocabulary import Status, rate, rate_word, squeeze, worst


def own_status(document: Any) -> Status | None:
    """Return what a mapping says about itself; None where it says nothing."""
    if not isinstance(document, Mapping):
        return None
    plain = squeezed(document)
    flags = [_flag(plain[key]) for key in FLAGS & plain.keys()]
    flags += [_alarm(key) for key, value in plain.items() if value is True]
    stated = _stated(plain, document)
    if "fail" in flags or _tally(plain) == "fail":
        return "fail"
    if stated == "pass" and "warn" in flags:
        return "warn"
    if stated is not None and (stated != "unknown" or "pass" not in flags):
        return stated
    known: list[Status] = [flag for flag in flags if flag is not None]
    return worst(known) if known else _tally(plain)


def squeezed(document: Mapping[str, Any]) -> dict[str, Any]:
    return {squeeze(key): value for key, value in document.items()}


def _flag(value: Any) -> Status | None:
    if isinstance(value, bool) or value in (0, 1):
        return "pass" if value else "fail"
    return rate_word(value) if isinstance(value, str) else None


def _alarm(key: str) -> Status | None:
    """Rate a flag that is up and whose name is bad news: {"maintenance": true}."""
    return rate_word(key) if key in ALARMS else None


def _tally(plain: Mapping[str, Any]) -> Status | None:
    """Rate counts that stand beside each other: {"passed": 3, "failed": 1}."""
    bad = [plain[key] for key in BAD_COUNTS & plain.keys() if _is_count(plain[key])]
    if not bad or not any(_is_count(plain[key]) for key in GOOD_COUNTS & plain.keys()):
        return None
    return "fail" if any(bad) else "pass"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _stated(plain: Mapping[str, Any], document: Mapping[str, Any]) -> Status | None:
    for key in STATUS:
        if key not in plain:
            continue
        value = plain[key]
        if isinstance(value, Mapping):
            status = _inner(value, document)
        else:
            status = _enumerated(value, plain) or rate(value)
        if status == "unknown" and not isinstance(value, str):
            texts = [rate(plain[name]) for name in STATUS_TEXT if name in plain]
            status = texts[0] if texts else ("unknown" if key == "status" else None)
        explicit = key.endswith("status") or (isinstance(value, str) and rate_word(value))
        if status is not None and (status != "unknown" or explicit):
            return status
    return None


def _enumerated(value: Any, plain: Mapping[str, Any]) -> Status | None:
    """Rate the number of .NET's HealthStatus, which always has a duration beside it."""
    numbered = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2
    if not numbered or not isinstance(plain.get("totalduration", plain.get("duration")), str):
        return None
    return ("fail", "warn", "pass")[value]


def _inner(value: Mapping[str, Any], document: Mapping[str, Any]) -> Status | None:
    """A status that is a mapping of its own, unless its siblings show that it is a part."""
    others = [each for each in document.values() if each is not value and is_rated(each)]
    if others:
        return None
    plain = squeezed(value)
    known = [rate(plain[key]) for key in INSIDE if isinstance(plain.get(key), str | int)]
    return next((status for status in known if status != "unknown"), None)


def is_rated(value: Any) -> bool:
    """Tell whether a mapping says how it is, in words that mean something."""
    if not isinstance(value, Mapping):
        return False
    own = own_status(value)
    if own != "unknown":
        return own is not None
    plain = squeezed(value)
    words = [plain[key] for key in STATUS if key.endswith("status") and key in plain]
    return any(not isinstance(word, str) or rate_word(word) is not None for word in words)
