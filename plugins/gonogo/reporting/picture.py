"""A signal as a picture: now against the baseline, with the limit and the point of the decision.

Plain SVG without scripts or fonts of its own; it reads on light and on dark ground.
"""

import math
import re
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from gonogo.core.chart import Chart, Points
from gonogo.core.clock import seconds
from gonogo.core.observation import Attachment

WIDTH, HEIGHT = 640.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 34.0, 30.0
MOST = 400  # points of a line; of more, the highest of each bundle is drawn
SINGLE = 60  # points that are each drawn as a dot
GAP = 0.04  # between baseline and now, as a share of the time
HEADROOM = 1.15
_NO_XML = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLE = (
    "svg{background:#fff}text{font:12px sans-serif;fill:#333}.title{font-weight:bold}"
    ".end{text-anchor:end}.axis{stroke:#999}.now{fill:none;stroke:#0b62c4;stroke-width:2}"
    ".dot{fill:#0b62c4}.baseline{fill:none;stroke:#8a8f98;stroke-width:1.5}"
    ".typical{stroke:#8a8f98;stroke-dasharray:2 4}.limit{stroke:#c42b1c;stroke-dasharray:6 4}"
    ".decision{stroke:#8250df;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){svg{background:#16191d}text{fill:#d7dade}"
    ".axis{stroke:#6b7178}.now{stroke:#6cb0ff}.dot{fill:#6cb0ff}.limit{stroke:#ff7b6e}"
    ".decision{stroke:#c3a1ff}}"
)


@dataclass(frozen=True)
class Scale:
    """From values to places in the picture."""

    first: float
    last: float
    top: float

    def x(self, at: float) -> float:
        """Return the place of a time; of a single moment, the middle."""
        width = WIDTH - LEFT - RIGHT
        span = self.last - self.first
        return LEFT + (width / 2 if span <= 0 else width * (at - self.first) / span)

    def y(self, value: float) -> float:
        """Return the place of a value; zero is at the bottom."""
        height = HEIGHT - TOP - BOTTOM
        return HEIGHT - BOTTOM - height * min(max(value / self.top, 0.0), 1.0)


def pictures(charts: Iterable[Chart]) -> list[Attachment]:
    """Return a picture of each chart that has anything to show."""
    return [Attachment(chart.title, svg(chart), "image/svg+xml") for chart in charts if chart.now]


def svg(chart: Chart) -> str:
    """Draw a chart."""
    now, before = _sound(chart.now), _beside(_sound(chart.baseline), chart.now)
    scale = scale_of(chart)
    size = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{_text(chart.title)}</title><style>{_STYLE}</style>",
        f'<text class="title" x="{LEFT:g}" y="18">{_text(chart.title)}</text>',
        *_axes(chart, scale),
        *_baseline(before, scale),
        *_line("now", now, scale),
        *(_dot(point, chart.unit, scale) for point in now if len(now) <= SINGLE),
        *_limit(chart, scale),
        *_decision(chart, scale),
        "</svg>",
    ]
    return "\n".join(parts)


def scale_of(chart: Chart) -> Scale:
    """Return the scale that everything of a chart fits in."""
    now, before = _sound(chart.now), _beside(_sound(chart.baseline), chart.now)
    times = [at for at, _ in (*now, *before)] + [chart.decided_at or chart.now[-1][0]]
    values = [value for _, value in (*now, *before)] + [chart.limit or 0.0]
    return Scale(min(times), max(times), max([*values, 1e-9]) * HEADROOM)


def _sound(points: Points) -> Points:
    """Leave out what is no number; of too many, keep the highest of each bundle."""
    kept = [point for point in points if math.isfinite(point[0]) and math.isfinite(point[1])]
    size = math.ceil(len(kept) / MOST) or 1
    bundles = (kept[place : place + size] for place in range(0, len(kept), size))
    return tuple(max(bundle, key=lambda point: point[1]) for bundle in bundles)


def _beside(baseline: Points, now: Points) -> Points:
    """Move the baseline to the left of what is now, whenever it was measured."""
    if not baseline or not now:
        return ()
    span = (now[-1][0] - now[0][0]) + (baseline[-1][0] - baseline[0][0])
    shift = now[0][0] - max(span * GAP, 1e-3) - baseline[-1][0]
    return tuple((at + shift, value) for at, value in baseline)


def _axes(chart: Chart, scale: Scale) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield f'<path class="axis" fill="none" d="M{LEFT:g} {TOP:g}V{bottom:g}H{right:g}"/>'
    for value in (0.0, scale.top / HEADROOM / 2, scale.top / HEADROOM):
        label = written(value, chart.unit)
        yield f'<text class="end" x="{LEFT - 6:g}" y="{scale.y(value) + 4:.1f}">{label}</text>'
    first, last = _clock(chart.now[0][0]), _clock(chart.now[-1][0])
    place = scale.x(chart.now[0][0])
    yield f'<text x="{place:.1f}" y="{HEIGHT - 10:g}">{first}</text>'
    yield f'<text class="end" x="{right:g}" y="{HEIGHT - 10:g}">{last} UTC</text>'


def _line(name: str, points: Points, scale: Scale) -> Iterator[str]:
    places = " ".join(f"{scale.x(at):.1f},{scale.y(value):.1f}" for at, value in points)
    yield f'<polyline class="{name}" points="{places}"/>'


def _dot(point: tuple[float, float], unit: str, scale: Scale) -> str:
    at, value = point
    hint = f"<title>{_clock(at)} {written(value, unit)}</title>"
    place = f'cx="{scale.x(at):.1f}" cy="{scale.y(value):.1f}"'
    return f'<circle class="dot" {place} r="3">{hint}</circle>'


def _baseline(points: Points, scale: Scale) -> Iterator[str]:
    if not points:
        return
    yield from _line("baseline", points, scale)
    y = scale.y(statistics.median(value for _, value in points))
    yield f'<path class="typical" d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}"/>'
    yield f'<text x="{LEFT + 4:g}" y="{y - 4:.1f}">baseline</text>'


def _limit(chart: Chart, scale: Scale) -> Iterator[str]:
    if chart.limit is None:
        return
    y, right = scale.y(chart.limit), WIDTH - RIGHT
    label = f"limit {written(chart.limit, chart.unit)}"
    yield f'<path class="limit" d="M{LEFT:g} {y:.1f}H{right:g}"/>'
    yield f'<text class="end" x="{right:g}" y="{y - 4:.1f}">{label}</text>'


def _decision(chart: Chart, scale: Scale) -> Iterator[str]:
    if chart.decided_at is None:
        return
    x = scale.x(chart.decided_at)
    yield f'<path class="decision" d="M{x:.1f} {TOP:g}V{HEIGHT - BOTTOM:g}"/>'
    yield f'<text class="end" x="{x - 4:.1f}" y="{TOP - 4:g}">{_text(chart.verdict)}</text>'


def written(value: float, unit: str) -> str:
    """Return a value as people read it."""
    return f"{value:.1%}" if unit == "ratio" else seconds(value)


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S")


def _text(text: str) -> str:
    """Leave out what XML cannot hold."""
    return escape(_NO_XML.sub("", text))
