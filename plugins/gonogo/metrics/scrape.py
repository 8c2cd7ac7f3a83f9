"""An endpoint with an exposition: two scrapes give rates and quantiles, one gives levels."""

import math
from collections.abc import Iterator

from gonogo.core.answer import Request
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.selector import Selector, selector
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.asking import MOST, body_of
from gonogo.metrics.exposition import ACCEPT, Scrape, increases, parsed
from gonogo.metrics.histogram import quantile
from gonogo.metrics.numbers import in_base, share
from gonogo.probes.context import Context

STALE_S = 300.0  # of a series that carries its own time
BUCKET = "_bucket"


class Scrapes:
    """Remembers the scrape before, which counters are compared with."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal
        self._before: Scrape | None = None
        self._selectors = {role: _meant(signal, text) for role, text in signal.queries.items()}

    async def read(self, since: float) -> list[Measurement]:
        """Scrape; counters are scraped a second time, `every` later, where nothing came before."""
        del since
        if not self._signal.is_traffic:
            scrape = await self._scrape()
            return [Measurement(scrape.at, self._level(scrape), route=self._signal.route)]
        if self._before is None:
            self._before = await self._scrape()
            await self._context.sleep(self._signal.every)
        after = await self._scrape()
        before, self._before = self._before, after
        _same_process(before, after)
        return list(self._grown(before, after))

    async def _scrape(self) -> Scrape:
        signal = self._signal
        headers = (("accept", ACCEPT), *signal.headers)
        request = Request(signal.url, headers=headers, timeout=signal.timeout, max_body=MOST)
        answer = await body_of(self._context, request)
        at = self._context.wall().timestamp()
        names = {each.name for each in self._selectors.values()}
        kind = "openmetrics" if answer.rstrip().endswith(b"# EOF") else "text"
        return _fresh(parsed(answer, kind, names, at))

    def _level(self, scrape: Scrape) -> float:
        found = {role: self._sum(scrape, role) for role in self._selectors}
        if "value" in found:
            return in_base(self._signal, found["value"], self._signal.queries["value"])
        of = found.get("max", self._signal.maximum or 0.0)
        return share(found["used"], of, self._signal.queries["used"])

    def _sum(self, scrape: Scrape, role: str) -> float:
        """Add up the series of a role; of shares the worst speaks."""
        found = scrape.of(self._selectors[role])
        if not found:
            raise EvidenceUnavailable(_absent(self._signal.queries[role]))
        return max(found.values()) if role == "value" else math.fsum(found.values())

    def _grown(self, before: Scrape, after: Scrape) -> Iterator[Measurement]:
        signal = self._signal
        if signal.signal == "latency":
            yield Measurement(after.at, self._quantile(before, after), route=signal.route)
            return
        if not after.of(self._selectors["total"]):
            raise EvidenceUnavailable(_absent(signal.queries["total"]))
        total, errors = (
            math.fsum(increases(before, after, self._selectors[role]).values())
            for role in ("total", "errors")
        )
        yield Measurement(after.at, None, total, min(errors, total), signal.route)

    def _quantile(self, before: Scrape, after: Scrape) -> float:
        name = self._signal.queries["value"]
        grown = increases(before, after, self._selectors["value"])
        if not grown:
            raise EvidenceUnavailable(_absent(name))
        buckets: dict[float, float] = {}
        for labels, count in grown.items():
            bound = float(dict(labels).get("le", "nan"))
            buckets[bound] = buckets.get(bound, 0.0) + count
        return in_base(self._signal, quantile(buckets, self._signal.quantile, name), name)


def _meant(signal: Signal, text: str) -> Selector:
    """A latency is asked for by the name of its histogram, and read from the buckets."""
    found = selector(text)
    if signal.signal != "latency" or found.name.endswith(BUCKET):
        return found
    return Selector(found.name + BUCKET, found.tests)


def _fresh(scrape: Scrape) -> Scrape:
    for (name, _), time in scrape.times.items():
        if scrape.at - time > STALE_S:
            raise EvidenceUnavailable(
                f"{name} is stale: it was measured {scrape.at - time:.0f}s ago"
            )
    return scrape


def _same_process(before: Scrape, after: Scrape) -> None:
    """A restart in between is fine; two processes that answer in turn cannot be compared."""
    if before.started is None or after.started is None or before.started == after.started:
        return
    if after.started < before.at - 1.0:
        hint = "fix: scrape one of them, or ask Prometheus"
        raise EvidenceUnavailable(f"several processes answer at this address in turn; {hint}")


def _absent(query: str) -> str:
    return f"no series is {query}; fix: the query of the signal"
