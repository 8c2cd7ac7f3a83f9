"""A blocking question in a thread of its own: the engine goes on, and nobody waits forever."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(question: Callable[[], T]) -> T:
    """Return what the question returns, or raise what it raises.

    The thread is a daemon: a driver that hangs for good keeps no finished run from exiting.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def ask() -> None:
        try:
            found = question()
        except BaseException as error:  # noqa: BLE001 - handed to the one who waits
            with contextlib.suppress(RuntimeError):  # the loop has ended in the meantime
                loop.call_soon_threadsafe(_fail, answer, error)
        else:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, answer, found)

    threading.Thread(target=ask, daemon=True, name="gonogo-aside").start()
    return await answer


def _settle(answer: "asyncio.Future[T]", found: T) -> None:
    if not answer.done():
        answer.set_result(found)


def _fail(answer: "asyncio.Future[T]", error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
