"""Whole waves of questions at once, and each check its own answer."""

import contextlib
import queue
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import TYPE_CHECKING, Any, TypeVar

from gonogo.config.load import Plan
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.probes.context import Context

T = TypeVar("T")
SAY_EVERY_S = 1.0


class Prober:
    """Asks whole waves at once on the engine, and hands each item its own answer."""

    def __init__(self, context: "Context", plan: Plan, tell: Callable[[str | None], None]) -> None:
        from gonogo.probes.engine import Engine  # noqa: PLC0415 - a predeploy run does not need it
        from gonogo.probes.table import observe  # noqa: PLC0415 - as above

        self._engine = Engine()
        self._observe = observe
        self._context = context
        self._plan = plan
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._tell = tell
        self._settled: set[tuple[str, str]] = set()
        self._news: dict[str, str] = {}
        self._said = 0.0
        self._futures: dict[tuple[str, str], Future[Observation]] = {}
        self._alive: dict[str, Observation] = {}
        context.fetch = self._engine.fetch
        context.progress = self._lines.put

    def start(self, wave: Iterable[Ask]) -> None:
        """Start the probes of a wave; those already under way are left alone.

        Level 1 waits until the release serves: before that, the old version would answer.
        """
        new = [
            ask
            for ask in wave
            if (ask.kind, ask.slug) not in self._futures and self.blocked(ask) is None
        ]
        self._submit([ask for ask in new if ask.kind != "live"])
        self._submit([ask for ask in new if ask.kind == "live"])

    def _submit(self, asks: list[Ask]) -> None:
        begun = [self._after(self._futures.get(("release", ask.slug)), ask) for ask in asks]
        futures = self._engine.submit_all(begun)
        self._futures.update(
            ((ask.kind, ask.slug), future) for ask, future in zip(asks, futures, strict=True)
        )

    async def _after(self, release: "Future[Observation] | None", ask: Ask) -> Observation:
        if release is not None and ask.kind == "live":
            import asyncio  # noqa: PLC0415 - a run that asks nothing does not need it

            await asyncio.shield(asyncio.wrap_future(release))
        return await self._observe(ask, self._context, self._plan)

    def answer(self, ask: Ask) -> Observation:
        """Wait for one answer; a second call asks anew."""
        blocked = self.blocked(ask)
        if blocked is not None:
            return Observation(Reading(Outcome.UNKNOWN, blocked))
        self.start([ask])
        future = self._futures.pop((ask.kind, ask.slug))
        while True:
            with contextlib.suppress(FutureTimeout):
                observation = future.result(timeout=0.2 if not future.done() else None)
                break
            self._say()
        self._tell(None)
        self._settled.add((ask.kind, ask.slug))
        self._hear()
        self._news.pop(ask.slug, None)
        if observation.good:
            self._engine.wait_for_rush()
        self._remember(ask, observation)
        return observation

    def wait(self, question: Coroutine[Any, Any, T]) -> T:
        """Run one question of a journey on the engine, and wait for it."""
        return self._engine.submit(question).result()

    @property
    def context(self) -> "Context":
        """What all probes share."""
        return self._context

    def fetched(self, make: "Callable[[Context], Coroutine[Any, Any, T]]") -> T:
        """Ask an API that is no subject of a check, on the engine, and wait for its answer."""
        future = self._engine.submit(make(self._context))
        try:
            while True:
                with contextlib.suppress(FutureTimeout):
                    return future.result(timeout=0.2 if not future.done() else None)
                self._say()
        finally:
            self._tell(None)

    def settle(self, ask: Ask) -> None:
        """Find out about level 1 where it is not known: another worker may have been given it."""
        key = (ask.kind, ask.slug)
        if key not in self._settled:
            self.answer(ask)

    def _remember(self, ask: Ask, observation: Observation) -> None:
        """Keep what level 1 said; a version that is not known forbids no further question."""
        silent = observation.reading.outcome is Outcome.UNKNOWN
        if ask.service is None or not (
            ask.kind == "live" or (ask.kind == "release" and not silent)
        ):
            return
        known = self._alive.get(ask.service)
        if known is None or known.good:
            self._alive[ask.service] = observation

    def blocked(self, ask: Ask) -> str | None:
        """Say why a question must not be asked; None where it may."""
        known = self._alive.get(ask.service or "")
        if ask.kind == "release" or known is None or known.good:
            return None
        if ask.kind == "live" and known.reading.signal != "not-live":
            return None
        return f"not run, because level 1 of {ask.service} failed: {known.reading.text}"

    def _say(self) -> None:
        """Pass on what the probes wait for: the newest word of each, at most once a second."""
        self._hear()
        now = time.monotonic()
        if self._news and now - self._said >= SAY_EVERY_S:
            self._said = now
            (name, text), *others = self._news.items()
            self._news.clear()
            more = f" (and {len(others)} more)" if others else ""
            self._tell(f"{name}: {text}{more}")

    def _hear(self) -> None:
        while not self._lines.empty():
            name, _, text = self._lines.get().partition(": ")
            self._news[name] = text

    def close(self) -> None:
        """Cancel what is under way and end the engine's thread."""
        self._engine.cancel_all()
        self._engine.close()
