"""What all probes of one run share: the engine, the clock, the control URLs, the progress line."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from gonogo.core.answer import Answer, Request
from gonogo.core.before import Before
from gonogo.core.clock import rfc3339
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome
from gonogo.probes.clues import clue_of, edge_of

Fetch = Callable[[Request], Awaitable[Answer]]
CONTROL_FRESH_S = 5.0


@dataclass
class Context:
    """Shared by the probes; every method runs on the engine's loop."""

    fetch: Fetch
    control: tuple[str, ...] = ()
    own_network: bool = False  # the target runs on this machine, started by this run
    commit: str | None = None
    any_version: bool = False  # nothing was deployed that must serve: every version is right
    grace_until: float = 0.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    wall: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    shared: dict[str, tuple[float, Any]] = field(default_factory=dict)  # answers for several checks
    gone: Callable[[], str | None] = field(default=lambda: None)  # why our own process has ended
    before: Callable[[], Before] = Before  # what earlier runs measured; it may take a second
    progress: Callable[[str], None] = field(default=lambda _text: None)
    _asked: tuple[float, bool] | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def stamp(self) -> str:
        """Return the time now, as the record writes it."""
        return rfc3339(self.wall())

    async def silent(self, answer: Answer) -> Reading:
        """Judge a transport failure: evidence only while the runner's own network is proven."""
        reading = await self._silent(answer)
        ended = reading.signal == "not-live"
        return replace(reading, clue=replace(clue_of(answer), ended=ended))

    async def _silent(self, answer: Answer) -> Reading:
        text = answer.describe()
        if answer.silence is not None and answer.silence.own:
            return Reading(Outcome.UNKNOWN, text, elapsed=answer.elapsed)
        ended = self.gone()
        if ended is not None:
            return Reading(Outcome.FAIL, f"{text}; {ended}", signal="not-live")
        if not self.own_network and not self.control:
            hint = "no control URL is configured, so this may be the runner's own network"
            return Reading(Outcome.UNKNOWN, f"{text}; {hint}", elapsed=answer.elapsed)
        if not await self._control_answers():
            hint = "no control URL answers either: the runner's own network is down"
            return Reading(Outcome.UNKNOWN, f"{text}; {hint}", elapsed=answer.elapsed)
        return Reading(Outcome.FAIL, text, signal="unreachable", elapsed=answer.elapsed)

    async def _control_answers(self) -> bool:
        if self.own_network:
            return True
        async with self._asking:  # a thousand silent checks are one question
            if self._asked is None or self.now() - self._asked[0] > CONTROL_FRESH_S:
                requests = [Request(url, timeout=5.0, fresh=True) for url in self.control]
                answers = await asyncio.gather(*(self.fetch(request) for request in requests))
                self._asked = (self.now(), any(each.status is not None for each in answers))
            return self._asked[1]

    def edge_in_grace(self, answer: Answer) -> bool:
        """Tell whether an edge proxy, not the release, gave this 5xx shortly after the deploy."""
        if answer.status is None or answer.status < 500 or self.now() >= self.grace_until:
            return False
        gateway = answer.status in {502, 503, 504} or 520 <= answer.status <= 530
        return gateway and bool(edge_of(answer))
