"""The engine: one asyncio loop on one background thread, one HTTP client per slot."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from gonogo.core.answer import Answer, Request
from gonogo.probes.addresses import host_of
from gonogo.probes.loop import ProbeLoop

if TYPE_CHECKING:
    from gonogo.probes.http import Client

T = TypeVar("T")
_SLICE_S, _RUSH = 0.25, 25  # so many answers within a slice are a rush
_LULL_S, _FEW = 0.05, 4  # so few requests slow nobody down
_PATIENCE_S = 3.0  # with connections that do not close


class Engine:
    """Runs probes concurrently: `slots` requests at once in all, `per_host` to one host."""

    def __init__(self, slots: int = 64, per_host: int = 16) -> None:
        self._loop = ProbeLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="gonogo")
        self._slots = asyncio.Semaphore(slots)
        self._most_idle = slots
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._per_host = per_host
        self._idle: dict[str, list[Client]] = {}
        self._futures: set[Future[Any]] = set()
        self._unhurried = asyncio.Semaphore(2)
        self._waiting = 0  # requests without a slot
        self._running = 0  # requests in a slot
        self._finished = 0  # requests answered
        self._calm = threading.Event()
        self._calm.set()
        self._closed = False

    async def fetch(self, request: Request) -> Answer:
        """Ask, on the loop; waiting for a slot does not count in the deadline."""
        if request.unhurried:
            async with self._unhurried:
                while self._waiting or self._running > _FEW:  # noqa: ASYNC110 - two rare watchers
                    await asyncio.sleep(_LULL_S)
                return await self.fetch(replace(request, unhurried=False))
        host = host_of(request.url)
        limit = self._hosts.get(host)
        if limit is None:
            limit = self._hosts[host] = asyncio.Semaphore(self._per_host)
        self._waiting += 1
        self._calm.clear()
        async with self._turn(limit):
            client = await self._client(host, request)
            reusable = False
            try:
                answer = await client.fetch(request)
                reusable = answer.silence is None and not request.fresh
            finally:
                if reusable:
                    self._idle.setdefault(host, []).append(client)
                else:
                    await client.close()
            return answer

    @contextlib.asynccontextmanager
    async def _turn(self, limit: asyncio.Semaphore) -> AsyncIterator[None]:
        """Wait for a slot, and count who waits."""
        waits = True
        try:
            async with limit, self._slots:
                self._leave_queue()
                waits = False
                self._running += 1
                yield
                self._finished += 1
        finally:
            if waits:
                self._leave_queue()
            else:
                self._running -= 1

    def _leave_queue(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._calm.set()

    async def _client(self, host: str, request: Request) -> "Client":
        """Return a client, best one whose connection to this host is still open."""
        from gonogo.probes.http import REPEATABLE, Client  # noqa: PLC0415 - paid for by the first request

        idle = self._idle.get(host)
        if idle and not request.fresh and request.method in REPEATABLE:
            return idle.pop()
        if sum(map(len, self._idle.values())) >= self._most_idle:
            fullest = max(self._idle.values(), key=len)
            await fullest.pop(0).close()
        return Client()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start a coroutine on the loop, from any thread."""
        return self.submit_all([coroutine])[0]

    def submit_all(self, coroutines: Iterable[Coroutine[Any, Any, T]]) -> "list[Future[T]]":
        """Start many at once: the loop is woken once, not once for each."""
        begun: list[tuple[Coroutine[Any, Any, T], Future[T]]] = [
            (coroutine, Future()) for coroutine in coroutines
        ]
        if not begun:
            return []
        for _, future in begun:
            self._futures.add(future)
            future.add_done_callback(self._futures.discard)
        if not self._thread.is_alive():
            self._thread.start()
        self._loop.call_soon_threadsafe(self._begin, begun)
        return [future for _, future in begun]

    def _begin(self, begun: list[tuple[Coroutine[Any, Any, T], "Future[T]"]]) -> None:
        for coroutine, future in begun:
            task = self._loop.create_task(coroutine)
            task.add_done_callback(partial(_settle, future))
            future.add_done_callback(partial(self._forward, task))

    def _forward(self, task: "asyncio.Task[Any]", future: "Future[Any]") -> None:
        if future.cancelled():
            self._loop.call_soon_threadsafe(task.cancel)

    def wait_for_rush(self) -> None:
        """Wait while many requests are being worked off.

        Two busy threads would fight for the interpreter, and pytest's own work would take many
        times longer. Requests that merely wait for a slow service are no rush.
        """
        while True:
            before = self._finished
            if self._calm.wait(_SLICE_S) or self._finished - before < _RUSH:
                return

    def cancel_all(self) -> None:
        """Cancel everything under way."""
        for future in list(self._futures):
            future.cancel()

    def close(self) -> None:
        """End the thread and the connections; harmless when called twice."""
        if self._closed:
            return
        self._closed = True
        self.cancel_all()
        if self._thread.is_alive():
            with contextlib.suppress(Exception):
                ending = asyncio.run_coroutine_threadsafe(self._shut(), self._loop)
                ending.result(timeout=_PATIENCE_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=_PATIENCE_S)
        if not self._thread.is_alive():
            self._loop.close()

    async def _shut(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for clients in self._idle.values():
            for client in clients:
                await client.close()
        await self._loop.shutdown_asyncgens()


def _settle(future: "Future[T]", task: "asyncio.Task[T]") -> None:
    if task.cancelled():
        future.cancel()
    if not future.set_running_or_notify_cancel():
        return
    error = task.exception()
    if error is None:
        future.set_result(task.result())
    else:
        future.set_exception(error)
