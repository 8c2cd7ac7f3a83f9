"""Expositions: text and OpenMetrics, counters, selectors, quantiles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.selector import selector
from gonogo.metrics.exposition import Scrape, increases, parsed
from gonogo.metrics.histogram import quantile

LABELS = {"route": "/v1/models", "status": "503"}
SELECTED = [
    ("up", False),
    ("http_requests_total", True),
    ("http_requests_total{}", True),
    (' http_requests_total { status = "503" , } ', True),
    ('http_requests_total{status="500"}', False),
    ('http_requests_total{status=~"5.."}', True),
    ('http_requests_total{status=~"5"}', False),
    ('http_requests_total{status!~"5.."}', False),
    ('http_requests_total{status!="200",route="/v1/models"}', True),
    ('http_requests_total{absent=""}', True),
    ('http_requests_total{route=~"/v1/(models|chat)"}', True),
]


@pytest.mark.parametrize(("text", "expected"), SELECTED)
def test_selectors(text: str, expected: bool) -> None:
    assert selector(text).selects("http_requests_total", LABELS) is expected


@pytest.mark.parametrize(
    "text", ["", "sum(up)", "up{", "up{a}", "up{a=b}", 'up{a=~"("}', 'up{a="b" c="d"}', "1up"]
)
def test_no_selector(text: str) -> None:
    with pytest.raises(ValueError, match=r"no selector|expected label|no pattern"):
        selector(text)


def test_escapes_in_labels() -> None:
    assert selector(r'up{path="a\"b\\c"}').selects("up", {"path": 'a"b\\c'})


def scrape(text: str, *names: str, at: float = 0.0, kind: str = "text") -> Scrape:
    return parsed(text.encode(), kind, names or ("a_total",), at)


TEXT = """\
# HELP a_total Requests.
# TYPE a_total counter
a_total{route="/",status="200"} 10
a_total{route="/",status="500"} 2
# TYPE broken gauge
broken{ this line is broken and nobody asks for it
"""
OPEN = """\
# TYPE a counter
a_total{route="/"} 5.0 1700000000.5
a_created{route="/"} 1.0
# EOF
"""


def test_text() -> None:
    found = scrape(TEXT).of(selector("a_total"))

    assert sorted(found.values()) == [2.0, 10.0]


def test_open_metrics() -> None:
    found = scrape(OPEN, kind="openmetrics")

    assert list(found.of(selector("a_total")).values()) == [5.0]
    assert list(found.times.values()) == [1700000000.5]


@pytest.mark.parametrize("body", [b"a_total{x=1} 5", b"a_total five", b"\xff\xfe", b'a_total{x="1'])
def test_garbage_is_no_evidence(body: bytes) -> None:
    with pytest.raises(EvidenceUnavailable):
        parsed(body, "text", ["a_total"], 0.0)


def test_the_number_of_series_is_bounded() -> None:
    lines = "\n".join(f'a_total{{n="{n}"}} 1' for n in range(20_001))
    with pytest.raises(EvidenceUnavailable, match="more than 20000 series"):
        scrape(lines)


GROWN = [
    ("a_total 10", "a_total 13", 3.0),
    ("a_total 10", "a_total 10", 0.0),
    ("a_total 10", "a_total 4", 4.0),  # began anew
    ("", "a_total 4", 4.0),  # new
    ("a_total 10", "", 0.0),  # gone
    ('a_total{s="200"} 5\na_total{s="500"} 1', 'a_total{s="200"} 7\na_total{s="500"} 2', 3.0),
]


@pytest.mark.parametrize(("before", "after", "expected"), GROWN)
def test_counters_grow(before: str, after: str, expected: float) -> None:
    grown = increases(scrape(before), scrape(after), selector("a_total"))

    assert sum(grown.values()) == expected


def test_a_counter_that_is_no_number_says_nothing() -> None:
    with pytest.raises(EvidenceUnavailable, match="nan"):
        increases(scrape(""), scrape("a_total NaN"), selector("a_total"))


QUANTILES = [
    ({0.1: 10, 1.0: 10, math.inf: 10}, 0.5, 0.05),
    ({0.1: 0, 1.0: 10, math.inf: 10}, 0.5, 0.55),
    ({0.1: 5, 1.0: 10, math.inf: 10}, 0.9, 0.82),
    ({0.1: 0, 1.0: 0, math.inf: 10}, 0.5, 1.0),  # all above the highest bound
    ({0.1: 5, 0.5: 4, 1.0: 10, math.inf: 10}, 0.7, 0.7),  # counts that lag behind
]


@pytest.mark.parametrize(("buckets", "share", "expected"), QUANTILES)
def test_quantiles(buckets: dict[float, float], share: float, expected: float) -> None:
    assert quantile(buckets, share, "it") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("buckets", "said"),
    [
        ({0.1: 3.0}, "up to .Inf"),
        ({math.inf: 3.0}, "up to .Inf"),
        ({0.1: 0.0, math.inf: 0.0}, "no request"),
        ({0.1: 0.0, math.inf: math.nan}, "no request"),
    ],
)
def test_no_quantile(buckets: dict[float, float], said: str) -> None:
    with pytest.raises(EvidenceUnavailable, match=said):
        quantile(buckets, 0.5, "it")


@given(
    st.lists(st.floats(0.001, 9.9), min_size=1, max_size=200),
    st.sampled_from([0.5, 0.9, 0.95, 0.99]),
)
def test_a_quantile_is_never_further_off_than_its_bucket(times: list[float], share: float) -> None:
    bounds = [0.1, 0.5, 1.0, 2.5, 5.0, 10.0]
    buckets = {bound: float(sum(t <= bound for t in times)) for bound in bounds}
    found = quantile({**buckets, math.inf: len(times)}, share, "it")
    true = float(np.quantile(times, share, method="inverted_cdf"))
    bucket = next(place for place, bound in enumerate(bounds) if true <= bound)

    assert (bounds[bucket - 1] if bucket else 0.0) <= found <= bounds[bucket] + 1e-9
