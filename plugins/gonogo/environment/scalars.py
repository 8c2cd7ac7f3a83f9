"""Named types of plain values, each with a strict parser of its own."""

import base64
import json
import re
from collections.abc import Callable
from datetime import date, datetime

from gonogo.environment.urls import is_host

Complaint = tuple[str, str]
"""A reason and what was expected; never the value."""

TRUE = frozenset({"true", "1", "yes", "on", "t", "y"})
FALSE = frozenset({"false", "0", "no", "off", "f", "n"})
_INT = r"-?[0-9]+"
_FLOAT = r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_HEX = r"[0-9a-fA-F]+"
_BASE64 = r"[A-Za-z0-9+/_-]+={0,2}"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = rf"{_ATOM}(?:\.{_ATOM})*@([A-Za-z0-9.-]+\.[A-Za-z]{{2,}})"
_DURATION = r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d|w)"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_SEMVER = r"v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_JWT = r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
_MOST_DIGITS = 300


def number(kind: str, value: str) -> float | None:
    """Return the number a value stands for, or None where it is none."""
    match kind:
        case "int" | "port":
            good = re.fullmatch(_INT, value) is not None and len(value) <= _MOST_DIGITS
            return float(int(value)) if good else None
        case "float":
            good = re.fullmatch(_FLOAT, value) is not None and len(value) <= _MOST_DIGITS
            return float(value) if good else None
        case "duration":
            found = re.fullmatch(_DURATION, value)
            return float(found[1]) * _UNITS[found[2]] if found else None
        case _:
            return None


def truth(value: str) -> bool | None:
    """Return what a bool stands for, or None where it is none."""
    word = value.lower()
    return True if word in TRUE else False if word in FALSE else None


def _port(value: str) -> Complaint | None:
    found = number("port", value)
    if found is None:
        return "type", "not a port: a whole number from 1 to 65535"
    return None if 1 <= found <= 65535 else ("range", "not a port: 1 to 65535 expected")


def _json(value: str) -> Complaint | None:
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return "format", "not JSON"
    return None


def _base64(value: str) -> Complaint | None:
    plain = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        good = re.fullmatch(_BASE64, value) is not None
        base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        good = False
    return None if good else ("format", "not base64")


def _email(value: str) -> Complaint | None:
    found = re.fullmatch(_EMAIL, value)
    good = found is not None and is_host(found[1]) and ".." not in value
    return None if good else ("format", "not an email address such as name@host.tld")


def _iso(parse: Callable[[str], object], what: str) -> Callable[[str], Complaint | None]:
    def check(value: str) -> Complaint | None:
        try:
            parse(value)
        except ValueError:
            return "format", f"not {what}"
        return None

    return check


def _jwt(value: str) -> Complaint | None:
    good = re.fullmatch(_JWT, value) is not None and claims(value) is not None
    return None if good else ("format", "not a JSON web token")


def claims(value: str) -> dict[str, object] | None:
    """Return the claims of a JSON web token, unverified, or None."""
    try:
        head, body, _ = value.split(".")
        parts = [base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in (head, body)]
        decoded = [json.loads(each) for each in parts]
    except (ValueError, RecursionError):
        return None
    return decoded[1] if all(isinstance(each, dict) for each in decoded) else None


def _matches(pattern: str, reason: str, what: str) -> Callable[[str], Complaint | None]:
    return lambda value: None if re.fullmatch(pattern, value) else (reason, what)


CHECKS: dict[str, Callable[[str], Complaint | None]] = {
    "string": lambda _value: None,
    "int": _matches(_INT, "type", "not a whole number"),
    "float": _matches(_FLOAT, "type", "not a number"),
    "bool": lambda value: (
        ("type", "not a bool: true, false, 1, 0, yes, no, on or off expected")
        if truth(value) is None
        else None
    ),
    "port": _port,
    "uuid": _matches(_UUID, "format", "not a UUID"),
    "hex": _matches(_HEX, "format", "not hexadecimal"),
    "base64": _base64,
    "json": _json,
    "duration": _matches(_DURATION, "format", "not a duration such as 500ms, 30s or 5m"),
    "email": _email,
    "host": lambda value: (
        None if is_host(value) else ("format", "not a host: no scheme, port, path or space")
    ),
    "date": _iso(date.fromisoformat, "a date such as 2026-01-31"),
    "datetime": _iso(datetime.fromisoformat, "a time such as 2026-01-31T12:00:00Z"),
    "semver": _matches(_SEMVER, "format", "not a version such as 1.2.3"),
    "path": lambda value: ("format", "holds a line break") if "\n" in value else None,
    "jwt": _jwt,
}


def elements(value: str) -> list[str] | None:
    """Split a list: a JSON array, or parts between commas; None where it is neither."""
    if value.lstrip().startswith("["):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return None
        return [each if isinstance(each, str) else json.dumps(each) for each in found]
    return [each.strip() for each in value.split(",")]
