"""An exposition of metrics, as text or OpenMetrics: the series that are asked for, in bounds."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.selector import Selector

ACCEPT = "text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5"
MOST_SERIES = 20_000
START = "process_start_time_seconds"
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Scrape:
    """One look: `at` in seconds of the Unix epoch, each series by its name and labels."""

    at: float
    series: Mapping[tuple[str, Labels], float]
    times: Mapping[tuple[str, Labels], float] = field(default_factory=dict)

    def of(self, selector: Selector) -> dict[Labels, float]:
        """Return the series that a selector means."""
        return {
            labels: value
            for (name, labels), value in self.series.items()
            if selector.selects(name, dict(labels))
        }

    @property
    def started(self) -> float | None:
        """When the process that answered was started, where it says so."""
        return next((v for (name, _), v in self.series.items() if name == START), None)


def parsed(body: bytes, kind: str, names: Iterable[str], at: float) -> Scrape:
    """Parse the lines of the metrics named; raises EvidenceUnavailable.

    Lines about other metrics are not looked at: a large exposition costs little, and a fault in
    a part that nobody asks for does no harm.
    """
    wanted = {*names, START}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise EvidenceUnavailable("the metrics are not UTF-8") from None
    lines = [line for line in text.splitlines() if _base(line) in wanted]
    if len(lines) > MOST_SERIES:
        raise EvidenceUnavailable(f"more than {MOST_SERIES} series; fix: a narrower endpoint")
    series: dict[tuple[str, Labels], float] = {}
    times: dict[tuple[str, Labels], float] = {}
    try:
        for name, labels, value, time in _samples(lines, "openmetrics" in kind):
            series[name, labels] = value
            if time is not None:
                times[name, labels] = time
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise EvidenceUnavailable(f"the metrics cannot be read: {str(error)[:100]}") from None
    return Scrape(at, series, times)


def _base(line: str) -> str:
    """Return the name of the metric that a line is about; comments and blank lines have none."""
    if line.startswith("#"):
        return ""
    return line.partition("{")[0].partition(" ")[0].partition("\t")[0]


def _samples(lines: list[str], is_open: bool) -> Iterator[tuple[str, Labels, float, float | None]]:
    from prometheus_client.openmetrics.parser import (  # noqa: PLC0415 - few runs read an exposition
        text_string_to_metric_families as read_open,
    )
    from prometheus_client.parser import (  # noqa: PLC0415 - as above
        text_string_to_metric_families as read_text,
    )

    read, end = (read_open, "\n# EOF\n") if is_open else (read_text, "\n")
    for family in read("\n".join(lines) + end if lines or is_open else ""):
        for sample in family.samples:
            time = None if sample.timestamp is None else float(sample.timestamp)
            yield sample.name, tuple(sorted(sample.labels.items())), float(sample.value), time


def increases(before: Scrape, after: Scrape, selector: Selector) -> dict[Labels, float]:
    """Return by how much each counter has grown; one that fell has begun anew at zero.

    A series that is new has begun at zero as well: the scrape before would have shown it.
    """
    known = before.of(selector)
    grown: dict[Labels, float] = {}
    for labels, value in after.of(selector).items():
        if not math.isfinite(value):
            raise EvidenceUnavailable(f"{selector.name} is {value}, which says nothing")
        last = known.get(labels, 0.0)
        grown[labels] = value - last if value >= last else value
    return grown
