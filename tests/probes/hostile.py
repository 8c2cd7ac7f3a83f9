"""A server with every bad habit: raw sockets, one habit per path.

It closes the connection after every answer, without a word, unless the path begins with "keep".
"""

import asyncio
import contextlib
import gzip
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")
Habit = Callable[[str], AsyncIterator[bytes]]
HABITS: dict[str, Habit] = {}
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_MEGABYTE = bytes(1 << 20)


def habit(function: Habit) -> Habit:
    HABITS[function.__name__] = function
    return function


def says(name: str, *parts: bytes) -> None:
    """Add a habit that sends these parts and closes."""

    async def fixed(_path: str) -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    HABITS[name] = fixed


def whole(body: bytes, headers: bytes = b"") -> bytes:
    return OK + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def zeros(gigabytes: int = 1) -> bytes:
    """Zeros as gzip, made from one compressed megabyte repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(_MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    more = packer.compress(_MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + more * (1024 * gigabytes - 1) + packer.flush()


def drip(start: bytes, byte: bytes) -> Habit:
    async def dripping(_path: str) -> AsyncIterator[bytes]:
        yield start
        while True:
            await asyncio.sleep(0.2)
            yield byte

    return dripping


def forever(start: bytes, block: bytes) -> Habit:
    async def endless(_path: str) -> AsyncIterator[bytes]:
        yield start
        while True:
            yield block

    return endless


def redirect(place: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()


HABITS["endless-body"] = forever(OK + b"\r\n", b"x" * 65536)
HABITS["endless-chunks"] = forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 4096)
HABITS["endless-header-line"] = forever(OK + b"X: ", b"x" * 65536)
HABITS["informational-storm"] = forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
HABITS["dripping-body"] = drip(OK + b"Content-Length: 1000\r\n\r\n", b"x")
HABITS["dripping-status"] = drip(b"HTTP/1.1 2", b"0")
HABITS["dripping-headers"] = drip(OK + b"X: ", b"x")
HABITS["silent"] = drip(b"", b"")
HABITS["silent-after-headers"] = drip(OK + b"Content-Length: 9\r\n\r\n", b"")

says("healthy", whole(b'{"status": "healthy"}'))
says("gzip-bomb", whole(zeros(), b"Content-Encoding: gzip\r\n"))
says("nested-gzip", whole(gzip.compress(zeros()), b"Content-Encoding: gzip, gzip\r\n"))
says("gzip-mille", whole(zeros(), b"Content-Encoding: " + b"gzip, " * 5000 + b"gzip\r\n"))
says("not-gzip", whole(b"{}", b"Content-Encoding: gzip\r\n"))
says(
    "wide-json",
    whole(gzip.compress(b"[" + b'{"a":0},' * 900_000 + b"0]"), b"Content-Encoding: gzip\r\n"),
)
says("redirect-circle", redirect("/redirect-circle"))
says("redirect-file", redirect("file:///etc/hostname"))
says("redirect-ftp", redirect("ftp://127.0.0.1/x"))
says("redirect-nonsense", redirect("http://[::1"))
says("redirect-refused", redirect("http://127.0.0.1:9/"))
says("headers-10mb", OK + b"X-Header: %b\r\n" % (b"x" * 1000) * 10_000 + b"\r\n")
says("not-utf8", whole(b'{"status": "\xff\xfe\x80"}'))
says("nested-json", whole(b"[" * 100_000 + b"]" * 100_000))
says("length-too-short", whole(b"{}") + b"more than was said")
says("length-too-long", OK + b"Content-Length: 99\r\n\r\n{}")
says("length-nonsense", OK + b"Content-Length: many\r\n\r\n{}")
says("length-twice", OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}")
says("chunk-garbage", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n")
says("chunks-cut-short", OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}")
says("garbage", bytes(range(256)) * 4)
says("status-nonsense", b"HTTP/1.1 abc Nonsense\r\n\r\n")
says("status-999", b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n")
says("closed-at-once")
says("closed-after-headers", OK + b"Content-Length: 9\r\n\r\n")
says("http-0.9", b"<html>\r\n\r\nhello</html>")
says("half-a-line", b"HTTP/1.1 2")
says("tls-on-http", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200))
says("switching", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nx")


@habit
async def chain(path: str) -> AsyncIterator[bytes]:
    yield redirect(f"/chain/{int(path.rpartition('/')[2]) + 1}")


class HostileServer:
    """Runs on a thread of its own; `requests` holds the head and body of all that was asked."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.requests: list[bytes] = []
        self.open = 0

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = self._call(starting)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/{path}"

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=5)

    async def _end(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            with contextlib.suppress(
                OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError
            ):
                while (await self._answer(reader, writer)).startswith("keep"):
                    pass
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests.append(head)
        path = head.split(b" ", 2)[1].decode().lstrip("/")
        async for part in HABITS[path.partition("/")[0]](path):
            writer.write(part)
            await writer.drain()
            if reader.at_eof():
                return ""
        return path
