"""Scalar values as people write them in TOML: durations, ratios, slugs."""

import re
from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgt]?)(i?)b", re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9._-]+(?:/[a-z0-9._-]+)?")
SLUG_FORM = (
    "lower-case letters, digits, '.', '_', '-' and at most one '/', 60 characters at the most"
)


def duration(value: Any) -> float:
    """Return seconds for "250ms", "10s", "5m", "24h" or "90d"."""
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        return float(match[1]) * _UNITS[match[2]]
    raise ValueError('expected a duration such as "250ms", "10s", "5m", "24h" or "90d"')


def ratio(value: Any) -> float:
    """Return a fraction for 0.05 or "5%"."""
    if isinstance(value, bool):
        raise ValueError('expected a ratio such as 0.05 or "5%"')
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?%", value.strip()):
        return float(value.strip()[:-1]) / 100
    if isinstance(value, int | float) and value >= 0:
        return float(value)
    raise ValueError('expected a ratio such as 0.05 or "5%"')


def rate(value: Any) -> float:
    """Return requests per second for "1/s" or "30/m"."""
    if isinstance(value, str) and (match := re.fullmatch(r"(\d+(?:\.\d+)?)/(s|m)", value)):
        return float(match[1]) / _UNITS[match[2]]
    raise ValueError('expected a rate such as "1/s" or "30/m"')


def quota(value: Any) -> tuple[int, float]:
    """Return a number and seconds for "6/h", "1/m" or "20/d"."""
    if isinstance(value, str) and (match := re.fullmatch(r"([1-9]\d{0,3})/([mhd])", value)):
        return int(match[1]), _UNITS[match[2]]
    raise ValueError('expected how many in which time, such as "6/h", "1/m" or "20/d"')


def amount(value: Any) -> float:
    """Return a positive number for 20, "512MB" or "0.5GiB"; sizes are bytes."""
    if isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())):
        value = float(match[1]) * 1000 ** " kmgt".index(match[2].lower() or " ")
        value *= 1.024 ** " kmgt".index(match[2].lower() or " ") if match[3] else 1
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError('expected a positive number, or a size such as "512MB" or "1GiB"')
    return float(value)


def is_slug(text: str) -> bool:
    """Tell whether the text can be a test ID."""
    return len(text) <= 60 and _SLUG.fullmatch(text) is not None


def time_of_day(value: Any) -> int:
    """Return minutes since midnight for "09:00", "24:00" or TOML's 09:00:00."""
    if isinstance(value, time) and value.tzinfo is None and not (value.second or value.microsecond):
        return value.hour * 60 + value.minute
    if isinstance(value, str) and (match := re.fullmatch(r"(\d\d):([0-5]\d)", value.strip())):
        minutes = int(match[1]) * 60 + int(match[2])
        if minutes <= 24 * 60:
            return minutes
    raise ValueError('expected a time of day such as "09:00"')


Duration = Annotated[float, BeforeValidator(duration)]
Ratio = Annotated[float, BeforeValidator(ratio)]
Quota = Annotated[tuple[int, float], BeforeValidator(quota)]
Amount = Annotated[float, BeforeValidator(amount)]
Rate = Annotated[float, BeforeValidator(rate)]
TimeOfDay = Annotated[int, BeforeValidator(time_of_day)]
