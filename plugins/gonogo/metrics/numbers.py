"""Numbers as services write them: 0.83, "83%", "12ms", "1.5 GiB"; in base units."""

import math
import re
from typing import Any

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Signal

_WRITTEN = re.compile(r"\s*([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([a-zA-Zµ%]*)\s*")
_FACTORS = {
    "%": 0.01,
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "": 1.0,
    **{f"{prefix}b": 1000.0**power for power, prefix in enumerate(["", "k", "m", "g", "t"])},
    **{f"{prefix}ib": 1024.0**power for power, prefix in enumerate(["", "k", "m", "g", "t"])},
}
_UNITS = {"ratio": 1.0, "percent": 0.01, "s": 1.0, "ms": 1e-3}


def number(value: Any, what: str) -> tuple[float, bool]:
    """Return a number, and whether its unit was written beside it; raises EvidenceUnavailable."""
    if isinstance(value, str):
        match = _WRITTEN.fullmatch(value)
        factor = _FACTORS.get(match[2].lower()) if match else None
        if match is None or factor is None:
            raise EvidenceUnavailable(f"{what} is {value[:40]!r}, which is no number")
        return float(match[1]) * factor, bool(match[2])
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvidenceUnavailable(f"{what} is {_kind(value)}, which is no number")
    if not math.isfinite(value):
        raise EvidenceUnavailable(f"{what} is {value}, which says nothing")
    return float(value), False


def in_base(signal: Signal, value: Any, what: str) -> float:
    """Return a value of a signal in seconds or as a ratio; raises EvidenceUnavailable."""
    read, united = number(value, what)
    if not united:
        read *= _UNITS[signal.unit or "s"]
    if read < 0:
        raise EvidenceUnavailable(f"{what} is {read:g}, below zero")
    if signal.signal != "latency" and read > 1 and not united and signal.unit is None:
        hint = 'fix: unit = "percent" or unit = "ratio"'
        raise EvidenceUnavailable(f"{what} is {read:g}: a percentage, or more than all? {hint}")
    return read


def share(used: float, of: float, what: str) -> float:
    """Return used / of; raises EvidenceUnavailable where nothing can be used."""
    if not (math.isfinite(used) and math.isfinite(of)) or of <= 0 or used < 0:
        raise EvidenceUnavailable(f"{what}: {used:g} of {of:g} is no share")
    return used / of


def _kind(value: Any) -> str:
    return {dict: "a table", list: "a list", type(None): "absent", bool: "a yes or no"}.get(
        type(value), type(value).__name__
    )
