"""Sources read over real loopback sockets, and looks at a scripted source on a clock of our own."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.port import source_of
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine

Read = Callable[..., list[Measurement]]


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def read(engine: Engine) -> Read:
    """Read a signal once; `between` is done instead of waiting for the second scrape."""

    def reading(
        signal: Signal,
        since: float | None = None,
        between: Callable[[], None] = lambda: None,
        **more: Any,
    ) -> list[Measurement]:
        async def no_wait(_seconds: float) -> None:
            between()

        now = datetime.now(UTC)  # the same for both ends of what is asked for
        context = Context(engine.fetch, sleep=no_wait, **{"wall": lambda: now, **more})
        start = now.timestamp() - 60 if since is None else since
        return engine.submit(source_of(context, signal).read(start)).result(timeout=20)

    return reading


@pytest.fixture
def unread(read: Read) -> Callable[..., str]:
    """Read a signal that cannot be read, and return why."""

    def reading(signal: Signal, **more: Any) -> str:
        with pytest.raises(EvidenceUnavailable) as raised:
            read(signal, **more)
        return str(raised.value)

    return reading


Step = float | Measurement | str | list[Measurement]


@dataclass
class Script:
    """A source that gives each step in turn, the last from then on; a text is a silence."""

    steps: list[Step]
    time: float = 1_000_000.0
    told: list[str] = field(default_factory=list)

    async def read(self, since: float) -> list[Measurement]:
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, str):
            raise EvidenceUnavailable(step)
        if isinstance(step, list):
            return [each for each in step if each.at >= since]
        if isinstance(step, float):
            return [Measurement(self.time, step)]
        return [Measurement(self.time, step.value, step.requests, step.failures, step.route)]

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.time += seconds

    async def fetch(self, _request: Any) -> Any:
        raise AssertionError

    def context(self, **more: Any) -> Context:
        return Context(
            self.fetch,
            now=lambda: self.time,
            sleep=self.sleep,
            wall=lambda: datetime.fromtimestamp(self.time, UTC),
            progress=self.told.append,
            **more,
        )
