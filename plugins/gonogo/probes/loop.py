"""An event loop that knows every socket, and whose look-ups of names hold nobody up.

For look-ups, the default is a handful of threads that the interpreter joins at its end, so one
resolver that does not answer would keep a finished run from exiting.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass
class Line:
    """One connection, and how many bytes came in on it."""

    transport: asyncio.Transport | None = None
    heard: int = 0

    @property
    def open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def hang_up(self) -> None:
        """Close at once; harmless where it is closed."""
        if self.transport is not None:
            self.transport.abort()


# whoever sets it is told of every connection made on its behalf, also those that a library,
# cancelled in the middle of a TLS handshake, forgets to close
OPENED: ContextVar[list[Line] | None] = ContextVar("OPENED", default=None)


class ProbeLoop(asyncio.SelectorEventLoop):
    """Looks a name up once for all who ask for it at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: dict[tuple[Any, ...], asyncio.Future[Any]] = {}

    async def create_connection(
        self, protocol_factory: Callable[[], Any], *args: Any, **kwargs: Any
    ) -> Any:
        line = Line()
        made = await super().create_connection(_counting(protocol_factory, line), *args, **kwargs)
        line.transport = made[0]
        opened = OPENED.get()
        if opened is not None:
            opened.append(line)
        return made

    async def getaddrinfo(self, host: Any, port: Any, **more: int) -> Any:
        names = "family", "type", "proto", "flags"
        question = host, port, *(more.get(name, 0) for name in names)
        answer = self._under_way.get(question)
        if answer is None:
            answer = self._under_way[question] = self.create_future()
            answer.add_done_callback(lambda _answer: self._under_way.pop(question, None))
            threading.Thread(target=self._look_up, args=(question, answer), daemon=True).start()
        return await asyncio.shield(answer)

    def _look_up(self, question: tuple[Any, ...], answer: "asyncio.Future[Any]") -> None:
        found: Any
        try:
            found = socket.getaddrinfo(*question)
        except OSError as error:
            found = error
        except UnicodeError:
            found = socket.gaierror(socket.EAI_NONAME, "not a name")
        with contextlib.suppress(RuntimeError):  # the loop has ended in the meantime
            self.call_soon_threadsafe(_settle, answer, found)


def _counting(factory: Callable[[], Any], line: Line) -> Callable[[], Any]:
    def make() -> Any:
        protocol = factory()
        receive = protocol.data_received

        def data_received(data: bytes) -> None:
            line.heard += len(data)
            receive(data)

        protocol.data_received = data_received
        return protocol

    return make


def _settle(answer: "asyncio.Future[Any]", found: Any) -> None:
    if answer.done():
        return
    if isinstance(found, OSError):
        answer.set_exception(found)
        answer.exception()  # whoever asked may be gone: an unread failure is no news
    else:
        answer.set_result(found)
