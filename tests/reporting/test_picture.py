"""The picture of a signal: points lie where the values say, and nothing in it can act."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

from gonogo.core.chart import Chart, Points
from gonogo.reporting.picture import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, pictures, svg

NOW: Points = ((1000.0, 0.1), (1010.0, 0.2), (1020.0, 0.4))
BEFORE: Points = ((100.0, 0.1), (120.0, 0.12))
CHART = Chart("api/latency", "s", NOW, BEFORE, limit=0.5, decided_at=1020.0, verdict="PASS")
Drawn = dict[str, list[ET.Element]]


def drawn(chart: Chart) -> Drawn:
    found: Drawn = {}
    for each in ET.fromstring(svg(chart)).iter():
        found.setdefault(each.get("class") or each.tag.rpartition("}")[2], []).append(each)
    return found


def places(parts: Drawn, name: str) -> list[tuple[float, float]]:
    (line,) = parts[name]
    pairs = (pair.split(",") for pair in line.attrib["points"].split())
    return [(float(x), float(y)) for x, y in pairs]


def level(parts: Drawn, name: str) -> float:
    (line,) = parts[name]
    match = re.match(r"M[\d.]+ ([\d.]+)H", line.attrib["d"])
    assert match
    return float(match[1])


def test_values_are_drawn_to_scale() -> None:
    parts = drawn(CHART)
    now = places(parts, "now")
    bottom = HEIGHT - BOTTOM
    heights = [bottom - y for _, y in now]
    limit = bottom - level(parts, "limit")

    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.3)
    assert limit == pytest.approx(5 * heights[0], abs=0.4)
    assert now[1][0] - now[0][0] == pytest.approx(now[2][0] - now[1][0], abs=0.2)
    assert now[-1][0] == pytest.approx(WIDTH - RIGHT)


def test_the_baseline_is_left_of_now_on_the_same_scale() -> None:
    parts = drawn(CHART)
    before, now = places(parts, "baseline"), places(parts, "now")

    assert before[0] == pytest.approx((LEFT, now[0][1]))
    assert before[-1][0] < now[0][0]
    assert before[-1][0] - before[0][0] == pytest.approx(now[-1][0] - now[0][0], abs=0.2)
    assert now[1][1] < level(parts, "typical") < now[0][1]


def test_the_decision_is_drawn_where_it_fell() -> None:
    early = Chart("x", "ratio", NOW, limit=0.9, decided_at=1010.0, verdict="FAIL")
    parts = drawn(early)
    (line,) = parts["decision"]

    assert line.attrib["d"].startswith(f"M{places(parts, 'now')[1][0]:.1f} ")
    assert "FAIL" in svg(early)


def test_everything_lies_inside() -> None:
    parts = drawn(Chart("x", "ratio", ((0, 5.0), (1, -1.0), (2, 1e9)), limit=0.1, decided_at=3.0))

    for x, y in places(parts, "now"):
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= HEIGHT - BOTTOM


@pytest.mark.parametrize(
    "now",
    [((5.0, 0.0),), ((5.0, 0.3),), ((1.0, math.nan), (2.0, 0.5)), ((1.0, 0.5),) * 3],
    ids=["zero", "one", "no number", "one moment"],
)
def test_little_to_draw_is_drawn(now: Points) -> None:
    assert "NaN" not in svg(Chart("x", "ratio", now))
    assert "nan" not in svg(Chart("x", "ratio", now))
    assert drawn(Chart("x", "ratio", now))["dot"]


def test_many_points_are_thinned_and_keep_their_peak() -> None:
    now = tuple((float(n), 1.0 if n == 5000 else 0.1) for n in range(10_000))
    parts = drawn(Chart("x", "ratio", now))
    line = places(parts, "now")

    assert len(line) <= 400
    assert min(y for _, y in line) == pytest.approx(TOP + (HEIGHT - TOP - BOTTOM) * 0.13, abs=1)
    assert len(svg(Chart("x", "ratio", now))) < 20_000


def test_nothing_in_it_can_act() -> None:
    hostile = '<script>alert(1)</script>" onload="x" \x00\ud800 &amp;'
    text = svg(Chart(hostile, "ratio", NOW, verdict=hostile))
    tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(text).iter()}

    text.encode()
    assert tags <= {"svg", "title", "style", "text", "path", "polyline", "circle"}
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_it_reads_on_light_and_on_dark() -> None:
    assert "prefers-color-scheme:dark" in svg(CHART)


def test_a_chart_without_points_is_no_picture() -> None:
    assert pictures([Chart("x", "s", ())]) == []
    (one,) = pictures([CHART])
    assert (one.name, one.kind) == ("api/latency", "image/svg+xml")
