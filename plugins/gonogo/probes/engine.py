"""The engine: one asyncio loop on one background thread, one HTTP client per slot."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar
from urllib.parse import urlsplit

from gonogo.core.answer import Answer, Request

T = TypeVar("T")


class Engine:
    """Runs probes concurrently: `slots` requests at once in all, `per_host` to one host."""

    def __init__(self, slots: int = 64, per_host: int = 16) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="gonogo")
        self._slots = asyncio.Semaphore(slots)
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._per_host = per_host
        self._idle: list[Any] = []
        self._futures: set[Future[Any]] = set()
        self._closed = False

    async def fetch(self, request: Request) -> Answer:
        """Ask, on the loop; waiting for a slot does not count in the deadline."""
        from gonogo.probes.http import Client  # noqa: PLC0415 - paid for by the first request

        host = urlsplit(request.url).netloc
        limit = self._hosts.setdefault(host, asyncio.Semaphore(self._per_host))
        async with limit, self._slots:
            client = self._idle.pop() if self._idle else Client()
            try:
                answer: Answer = await client.fetch(request)
            finally:
                self._idle.append(client)
            return answer

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
                asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(timeout=3)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=3)
        self._loop.close()

    async def _shut(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in self._idle:
            await client.close()
