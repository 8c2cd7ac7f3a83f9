"""The port: a source turns into measurements."""

from importlib import import_module
from typing import Protocol

from gonogo.core.signal import Measurement, Signal
from gonogo.probes.context import Context


class Source(Protocol):
    """Where one signal is read; it may remember what it read before."""

    async def read(self, since: float) -> list[Measurement]:
        """Return what is known since a time, in seconds of the Unix epoch; the newest last.

        A source that knows the present only returns that. Where nothing can be known, raises
        EvidenceUnavailable with the reason, and what to do about it.
        """


SOURCES = {
    "probe": "gonogo.metrics.probe:OwnRequests",
    "health": "gonogo.metrics.health:HealthBody",
    "metrics": "gonogo.metrics.scrape:Scrapes",
    "prometheus": "gonogo.metrics.prometheus:Server",
    "railway": "gonogo.metrics.railway:Usage",
    "render": "gonogo.metrics.render:Edge",
}
RANGED = {"prometheus", "railway", "render"}  # those that know the past


def source_of(context: Context, signal: Signal) -> Source:
    """Return the source of a signal; several of one signal remember apart."""
    module, _, name = SOURCES[signal.source].partition(":")
    source: Source = getattr(import_module(module), name)(context, signal)
    return source
