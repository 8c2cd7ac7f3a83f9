"""Numbers as services write them."""

import math
from typing import Any

import pytest

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Signal
from gonogo.metrics.numbers import in_base, share

READ: list[tuple[str, str | None, Any, float]] = [
    ("memory", None, 0.83, 0.83),
    ("memory", None, "83%", 0.83),
    ("memory", None, " 83.5 % ", 0.835),
    ("memory", None, 1, 1.0),
    ("memory", "percent", 83, 0.83),
    ("memory", "percent", 0.5, 0.005),
    ("memory", "percent", "83%", 0.83),
    ("memory", "ratio", 1.2, 1.2),
    ("memory", None, "120%", 1.2),
    ("latency", None, 0.25, 0.25),
    ("latency", "ms", 250, 0.25),
    ("latency", None, "250ms", 0.25),
    ("latency", "ms", "0.25 s", 0.25),
    ("latency", None, "1.5s", 1.5),
]
UNREAD: list[tuple[str, Any, str]] = [
    ("memory", None, "absent"),
    ("memory", True, "a yes or no"),
    ("memory", {}, "a table"),
    ("memory", "much", "no number"),
    ("memory", "12 apples", "no number"),
    ("memory", "1,234 MB", "no number"),  # a thousand, or a bit more than one?
    ("memory", math.nan, "says nothing"),
    ("memory", math.inf, "says nothing"),
    ("memory", -0.1, "below zero"),
    ("memory", 83, 'unit = "percent"'),
]


@pytest.mark.parametrize(("kind", "unit", "value", "expected"), READ)
def test_read(kind: str, unit: str | None, value: Any, expected: float) -> None:
    signal = Signal("api/x", kind, "health", unit=unit)

    assert in_base(signal, value, "it") == pytest.approx(expected)


@pytest.mark.parametrize(("kind", "value", "said"), UNREAD)
def test_what_is_no_number_says_nothing(kind: str, value: Any, said: str) -> None:
    with pytest.raises(EvidenceUnavailable, match=said):
        in_base(Signal("api/x", kind, "health"), value, "it")


@pytest.mark.parametrize(("used", "of"), [(1, 0), (1, -1), (-1, 5), (math.nan, 5), (1, math.nan)])
def test_no_share(used: float, of: float) -> None:
    with pytest.raises(EvidenceUnavailable, match="no share"):
        share(used, of, "pool")


def test_a_pool_may_be_used_beyond_its_size() -> None:
    assert share(6, 5, "pool") == 1.2
