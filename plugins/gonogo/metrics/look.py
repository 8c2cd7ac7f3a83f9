"""One look at a signal: what was read, what stayed silent, and the observation that comes of it."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from gonogo.core.before import CALLS, Before
from gonogo.core.chart import Chart
from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.past import PastSample
from gonogo.core.rule import Rule
from gonogo.core.series import Sample
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.port import RANGED, source_of
from gonogo.probes.context import Context

WINDOW_S = 60.0
TRIES = 3  # readings that stay silent before nothing is known
RETRY_S = 1.0


class Look:
    """Reads a source again and again, and remembers.

    Where a version was deployed just now, what a source knows of the past is the old version's:
    it is shown, and confirms nothing.
    """

    def __init__(self, context: Context, signal: Signal, rule: Rule) -> None:
        self.context = context
        self.signal = signal
        self.rule = rule
        self.limit = rule.limit if signal.limit is None else signal.limit
        self.began = context.wall().timestamp()
        back = max(WINDOW_S, rule.duration or 0.0) + signal.every
        self.since = self.began - back if signal.source in RANGED else self.began
        self.counts_from = self.since if context.any_version else self.began - signal.every
        self.silences: list[str] = []
        self.before = Before()
        self._source = source_of(context, signal)
        self._measured: dict[tuple[str, float], Measurement] = {}

    @property
    def measured(self) -> list[Measurement]:
        """All that was read, the newest last."""
        return sorted(self._measured.values(), key=lambda each: each.at)

    async def remember(self) -> None:
        """Find out what was measured of the release before."""
        self.before = await asyncio.to_thread(self.context.before)

    @property
    def elapsed(self) -> float:
        """Seconds since the first reading that may confirm something."""
        counting = [each.at for each in self.measured if each.at >= self.counts_from]
        now = self.context.wall().timestamp()
        return now - min(counting, default=self.began)

    async def read(self) -> bool:
        """Read once; False where the source stayed silent."""
        try:
            for each in await self._source.read(self.since):
                self._measured[each.route, each.at] = each
        except EvidenceUnavailable as silence:
            self.silences.append(str(silence))
            return False
        return True

    async def read_patiently(self) -> bool:
        """Read, and once or twice more while nothing at all is known."""
        for tried in range(1, TRIES + 1):
            if await self.read():
                return True
            if self._measured or tried == TRIES:
                return False
            await self.context.sleep(min(self.signal.every, RETRY_S))
        return False

    async def wait(self, reading: Reading, more: str) -> None:
        """Tell what was seen, and wait for the time of the next reading."""
        every = seconds(self.signal.every)
        self.context.progress(f"{self.signal.slug}: {reading.text}, {more}, next in {every}")
        await self.context.sleep(self.signal.every)

    def samples(
        self, measured: Iterable[Measurement], fails: Callable[[Measurement], bool]
    ) -> list[Sample]:
        """Return what may confirm a failure: nothing of the time before the release."""
        return [
            Sample(each.at, Outcome.FAIL if fails(each) else Outcome.PASS)
            for each in measured
            if each.at >= self.counts_from
        ]

    def unknown(self) -> Observation:
        """Nothing could be read."""
        text = f"{self.signal.signal}: {self.silences[-1] if self.silences else 'nothing was read'}"
        return self.observed(Reading(Outcome.UNKNOWN, text))

    def observed(
        self, reading: Reading, confirmed_by: str | None = None, *, advisory: bool = False
    ) -> Observation:
        """Close the look."""
        stamp = self.context.stamp()
        return Observation(
            reading,
            attempts=max(1, len(self._measured) + len(self.silences)),
            confirmed_by=confirmed_by,
            last_at=stamp,
            charts=self._charts(reading),
            samples=tuple(self._samples()),
            advisory=advisory,
        )

    def value_of(self, measured: Measurement) -> float | None:
        """What a measurement comes to; the rate of a single call of our own is 0 or 1."""
        if self.signal.signal == "error-rate" and measured.requests:
            return measured.failures / measured.requests
        return measured.value

    def _samples(self) -> Iterator[PastSample]:
        """What later runs may compare with: of the time since this look began."""
        for each in self.measured:
            if each.at >= self.counts_from:
                single = self.signal.source == "probe"
                yield PastSample(
                    CALLS if single else self.signal.slug,
                    each.at,
                    value=each.value if single else self.value_of(each),
                    outcome=Outcome.FAIL if each.failures else Outcome.PASS,
                    service=self.signal.service or "",
                    series=each.route,
                )

    def _shown(self) -> Iterator[Measurement]:
        """Return what is drawn: of single calls the rate so far, else each as it is."""
        if self.signal.signal != "error-rate" or self.signal.source != "probe":
            yield from self.measured
            return
        requests = failures = 0.0
        for each in self.measured:
            requests, failures = requests + each.requests, failures + each.failures
            yield replace(each, requests=requests, failures=failures)

    def _charts(self, reading: Reading) -> tuple[Chart, ...]:
        """Draw a line for each route; a rate of errors is one line for all."""
        lines: dict[str, list[tuple[float, float]]] = {}
        for each in self._shown():
            value = self.value_of(each)
            if value is not None:
                lines.setdefault(each.route, []).append((each.at, value))
        unit = "s" if self.signal.signal == "latency" else "ratio"
        limit = self.signal.limit if unit == "s" else self.limit
        decided = self.context.wall().timestamp()
        single = self.signal.signal == "error-rate" and self.signal.source == "probe"
        before = {} if single else self.before.of(self.signal)
        return tuple(
            Chart(
                " ".join(part for part in (self.signal.slug, route) if part),
                unit,
                tuple(points),
                baseline=before.get(route, ()),
                limit=limit,
                decided_at=decided,
                verdict=str(reading.outcome),
            )
            for route, points in list(lines.items())[:12]
        )
