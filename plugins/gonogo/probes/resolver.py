"""An event loop whose look-ups of names hold nobody up: neither each other, nor the end of a run.

The default is a handful of threads that the interpreter joins at its end, so one resolver that
does not answer would keep a finished run from exiting.
"""

import asyncio
import contextlib
import socket
import threading
from typing import Any


class ResolvingLoop(asyncio.SelectorEventLoop):
    """Looks a name up once for all who ask for it at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._under_way: dict[tuple[Any, ...], asyncio.Future[Any]] = {}

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


def _settle(answer: "asyncio.Future[Any]", found: Any) -> None:
    if answer.done():
        return
    if isinstance(found, OSError):
        answer.set_exception(found)
        answer.exception()  # whoever asked may be gone: an unread failure is no news
    else:
        answer.set_result(found)
