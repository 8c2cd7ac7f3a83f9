"""Scalar values as people write them in TOML: durations, ratios, slugs."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
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


def is_slug(text: str) -> bool:
    """Tell whether the text can be a test ID."""
    return len(text) <= 60 and _SLUG.fullmatch(text) is not None


Duration = Annotated[float, BeforeValidator(duration)]
Ratio = Annotated[float, BeforeValidator(ratio)]
Rate = Annotated[float, BeforeValidator(rate)]
