"""How long a component says it took, in whatever spelling and unit."""

import math
import re
from collections.abc import Mapping
from typing import Any

from gonogo.health.vocabulary import squeeze

_MS_PER_UNIT = {
    1e-6: "ns nano nanos nanosecond nanoseconds",
    1e-3: "us µs μs micro micros microsecond microseconds",
    1.0: "ms milli millis millisecond milliseconds msec msecs",
    1e3: "s sec secs second seconds",
    6e4: "m min mins minute minutes",
    3.6e6: "h hr hrs hour hours",
}
UNITS = {word: factor for factor, words in _MS_PER_UNIT.items() for word in words.split()}
_NAMES = (
    "latency|responsetime|response|duration|elapsed|elapsedtime|took|rtt|roundtrip|roundtriptime|"
    "pingtime|pinglatency|querytime|queryduration|checkduration|checktime|executiontime|"
    "responseduration|timetaken|requestduration|connecttime"
)
_SUFFIX = "|".join(sorted((unit for unit in UNITS if unit.isascii()), key=len, reverse=True))
_KEY = re.compile(rf"(?:{_NAMES}|time)(?:in)?({_SUFFIX})|({_NAMES}|time)")
_GO = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+")
_GO_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-zµμ]*)")
_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d+)?)")
_ISO = re.compile(r"pt(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")
_LONGEST_MS = 1e9  # eleven days: beyond it a number is a point in time, not a latency


def latency_of(part: Mapping[str, Any], measure: str = "") -> float | None:
    """Return the latency of one component in milliseconds, None where it states none.

    `measure` is what follows the colon in names such as "db:responseTime", the form of
    draft-inadarei-api-health-check.
    """
    plain = {squeeze(key): value for key, value in part.items() if isinstance(key, str)}
    unit = plain.get("observedunit") or plain.get("latencyunit") or plain.get("unit")
    for key, value in plain.items():
        match = _KEY.fullmatch(key)
        if match is None or (key == "time" and not isinstance(value, int | float)):
            continue
        found = _milliseconds(value, match[1] or unit)
        if found is not None:
            return found
    if "observedvalue" in plain and _KEY.fullmatch(squeeze(measure)):
        return _milliseconds(plain["observedvalue"], unit)
    return None


def _milliseconds(value: Any, unit: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        amount = _parse(value.strip().casefold()[:60], unit)
    elif isinstance(value, int | float):
        amount = _scaled(value, unit)
    else:
        return None
    if amount is None or not math.isfinite(amount) or not 0 <= amount < _LONGEST_MS:
        return None
    return amount


def _scaled(value: float, unit: Any) -> float | None:
    if unit is None:
        return float(value) if abs(value) < _LONGEST_MS else None
    factor = UNITS.get(unit.strip().casefold()) if isinstance(unit, str) else None
    return None if factor is None or abs(value) > 1e300 else value * factor


def _parse(text: str, unit: Any) -> float | None:
    amount = _AMOUNT.fullmatch(text)
    if amount:
        return _scaled(float(amount[1]), amount[2] or unit)
    if _GO.fullmatch(text):
        return sum(float(number) * UNITS[each] for number, each in _GO_PART.findall(text))
    span = _TIMESPAN.fullmatch(text)
    if span:
        days, hours, minutes, seconds = (float(each or 0) for each in span.groups())
        return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()):
        hours, minutes, seconds = (float(each or 0) for each in iso.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000
    return None
