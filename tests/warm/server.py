"""The process that is ready: imports what calls import, then forks for each one on its socket.

`server.py NUMBER` takes the number of a socket that listens, and ends when its standard input does.
"""

import gc
import inspect
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from execnet import gateway_io

from gonogo.config.models import Document

PLUGINS = ("gonogo.plugin", "xdist.plugin", "pytest_rerunfailures", "allure_pytest.plugin")
LAZY = """
gonogo.plugin.session gonogo.plugin.params gonogo.plugin.release gonogo.plugin.past
gonogo.probes.http gonogo.probes.liveness gonogo.probes.polling gonogo.probes.readiness
gonogo.environment.assembly gonogo.journeys.walk gonogo.history.sql gonogo.history.questions
gonogo.providers.client gonogo.metrics.level4 gonogo.reporting.summary gonogo.reporting.terminal
gonogo.probes.engine gonogo.probes.table httpcore anyio._backends._asyncio
sqlalchemy.dialects.sqlite
"""


@dataclass(frozen=True)
class Call:
    """What the interpreter is asked for: `python -m MODULE …` or `python -c CODE`, in a folder."""

    folder: str
    words: list[str]
    environ: dict[str, str]
    streams: list[int]

    def become(self) -> None:
        """Do as a fresh interpreter: never return but by the end of the module."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.environ)
        time.tzset()
        for number, stream in enumerate(self.streams):
            os.dup2(stream, number)
            os.close(stream)
        kind, what, *more = self.words
        sys.argv = [kind if kind == "-c" else what, *more]
        if kind == "-c":
            sys.path[0] = ""
            main = sys.modules["__main__"] = ModuleType("__main__")
            exec(compile(what, "<string>", "exec"), vars(main))
        else:
            sys.path[0] = self.folder
            runpy.run_module(what, run_name="__main__", alter_sys=True)


def prepare(listener: socket.socket) -> None:
    """Import the plugins as pytest does, which rewrites their assertions, then the product."""
    client = [sys.executable, "-I", "-S", str(Path(__file__).with_name("client.py"))]
    worker = [*client, listener.getsockname(), "-c", gateway_io.popen_bootstrapline]
    gateway_io.popen_args = lambda spec: worker  # noqa: ARG005
    for name in PLUGINS:
        pytest.main(["--help", "-p", "gonogo.plugin", "-p", name])
    for name in LAZY.split():
        import_module(name)
    Document.model_rebuild(force=True)
    inspect.getmodule(prepare.__code__)  # fills what tracebacks look up
    assert threading.active_count() == 1, "a second thread would not survive a fork"
    gc.collect()
    gc.freeze()


def interpreter(environ: dict[str, str]) -> dict[str, str]:
    """Return the variables that the interpreter itself has read at its start."""
    return {key: value for key, value in environ.items() if key.startswith("PYTHON")}


def received(connection: socket.socket) -> Call:
    size, streams, _, _ = socket.recv_fds(connection, 8, 3)
    body = bytearray()
    while len(body) < int.from_bytes(size, "big"):
        body += connection.recv(1 << 16)
    folder, count, *rest = os.fsdecode(bytes(body)).split("\0")
    words, variables = rest[: int(count)], rest[int(count) :]
    environ = dict(each.split("=", 1) for each in variables)
    return Call(folder, words, environ, list(streams))


def keep(connection: socket.socket, call: Call) -> None:
    """Fork the call and wait for it; return only in the fork. Who hangs up ends it."""
    process = os.fork()
    if not process:
        connection.close()
        return
    for stream in call.streams:
        os.close(stream)

    def listen() -> None:
        with suppress(ConnectionResetError):
            connection.recv(1)  # they never say more
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)

    threading.Thread(target=listen, daemon=True).start()
    with suppress(BrokenPipeError):
        connection.sendall(b"%d\n" % process)
    _, status = os.waitpid(process, 0)
    with suppress(BrokenPipeError):
        connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def next_call(listener: socket.socket) -> Call | None:
    """Return a call in a process forked for it; in this one, None at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keepers = 0
    while 0 not in select.select([0, listener.fileno()], [], [])[0]:
        while keepers and os.waitpid(-1, os.WNOHANG)[0]:
            keepers -= 1
        connection, _ = listener.accept()
        call = received(connection)
        if interpreter(call.environ) != interpreter(dict(os.environ)):
            connection.sendall(b"0\n")
        elif not os.fork():
            listener.close()
            keep(connection, call)
            return call
        else:
            keepers += 1
        connection.close()
        for stream in call.streams:
            os.close(stream)
    place = Path(listener.getsockname())
    place.unlink()
    place.parent.rmdir()
    return None


if __name__ == "__main__":
    listening = socket.socket(fileno=int(sys.argv[1]))
    prepare(listening)
    if call := next_call(listening):
        call.become()
