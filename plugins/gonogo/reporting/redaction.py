"""Reports are scrubbed before anyone prints, stores or sends them."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

Redact = Callable[[str], str]
MARK = "[redacted]"
_DEPTH = 12
_SHOWN = 500  # characters of an operand


class Redactor:
    """Takes every secret that it knows out of a text, in each form that a text may hold it in."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, secrets: Iterable[str]) -> None:
        """Add values that no output may show."""
        known = len(self._forms)
        self._forms |= {form for secret in secrets if secret for form in _forms(secret)}
        if len(self._forms) == known:
            return  # a journey shows the same token again and again
        longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
        text = "|".join(re.escape(form) for form in longest_first)
        self._pattern = re.compile(text) if text else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        return self._pattern.sub(MARK, text) if self._pattern else text


def _forms(secret: str) -> set[str]:
    """As it is, as in JSON, as in a Python literal, as in a URL, and line by line."""
    literals = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    lines = {line for line in secret.splitlines() if len(line) >= 8}
    urls = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    return {secret, repr(secret)[1:-1], *literals, *lines, *urls}


def compared(op: str, left: object, right: object, redact: Redact) -> list[str] | None:
    """Say what was compared where it holds a secret, None where it does not.

    Pytest cuts a long operand to its two ends, and nobody could know those for parts of a secret.
    """
    told = [_told(left), _told(right)]
    clean = [redact(text) for text in told]
    if clean == told:
        return None
    return [f"{clean[0][:_SHOWN]} {op} {clean[1][:_SHOWN]}"]


def _told(operand: object) -> str:
    try:
        return repr(operand)
    except Exception:  # noqa: BLE001 - a team's own repr may do anything
        return ""


def scrub_report(report: Any, redact: Redact) -> None:
    """Take secrets out of the traceback, the captured output and the properties of a report."""
    report.sections = scrubbed(report.sections, redact)
    report.user_properties = scrubbed(report.user_properties, redact)
    report.longrepr = scrubbed(report.longrepr, redact)


def scrubbed(value: Any, redact: Redact, depth: int = 0) -> Any:
    """Return a value with every text in it scrubbed; objects are changed in place.

    The representation of an exception nests about eight levels and has no cycles.
    """
    if isinstance(value, str):
        return redact(value)
    if depth > _DEPTH:
        return value
    if isinstance(value, dict):
        return {
            scrubbed(key, redact, depth): scrubbed(each, redact, depth + 1)
            for key, each in value.items()
        }
    if type(value) in {list, tuple}:
        return type(value)(scrubbed(each, redact, depth + 1) for each in value)
    for name, each in getattr(value, "__dict__", {}).items():
        if isinstance(each, str | list | tuple | dict) or hasattr(each, "__dict__"):
            setattr(value, name, scrubbed(each, redact, depth + 1))
    return value
