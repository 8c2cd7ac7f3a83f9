"""The engine: one asyncio loop on one background thread, one HTTP client per slot."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from gonogo.core.answer import Answer, Request
from gonogo.probes.addresses import host_of
from gonogo.probes.loop import ProbeLoop

if TYPE_CHECKING:
    from gonogo.probes.http import Client

T = TypeVar("T")
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
        self._closed = False

    async def fetch(self, request: Request) -> Answer:
        """Ask, on the loop; waiting for a slot does not count in the deadline."""
        host = host_of(request.url)
        limit = self._hosts.get(host)
        if limit is None:
            limit = self._hosts[host] = asyncio.Semaphore(self._per_host)
        async with limit, self._slots:
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
        if not self._thread.is_alive():
            self._thread.start()
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)
        return future

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
