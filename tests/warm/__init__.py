"""Calls that share their imports: each a process of its own still, forked from one that is ready.

The start of an interpreter and the imports of pytest and of the product cost five times what a run
does itself, and the suite makes hundreds of runs. So each worker keeps one process (`server`) that
has imported them and nothing else, without a second thread. It forks for every call; the fork takes
over the caller's folder, environment, arguments and streams, and does what `python -m …` does.
From there on all is real: exit codes, signals, `os._exit`, what is done at exit, children. Scripts
reach it through `client`, a small program that passes signals on and ends as the call has ended.

What this hides is asked in fresh interpreters (`project.cold`, or `subprocess`): what is imported
and when, what a start costs, interrupts and other ways out of a run, the README, the wheel. A call
whose `PYTHON…` variables differ is fresh anyway; the xdist workers of a call are what the call is.
COLD=1 makes all of them fresh, as does any system but Linux.
"""

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.warm.client import ask

HERE = Path(__file__).parent
POSSIBLE = sys.platform == "linux" and os.environ.get("COLD", "0") in {"", "0"}
_HIDDEN = ("GONOGO_", "GITHUB_", "PYTEST_", "CI", "RAILWAY_", "RENDER_")


def clean(**more: str) -> dict[str, str]:
    """Return variables without those that a CI or a test run around us has set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_HIDDEN)}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more}


class Server:
    """The process that is ready, started for the first who calls."""

    def __init__(self) -> None:
        self.path = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Return where it listens; who calls before it is ready waits in the socket's queue."""
        if self.process is None:
            self.path = str(Path(tempfile.mkdtemp(prefix="gonogo-warm-"), "socket"))
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(self.path)
                listener.listen(16)
                self.process = subprocess.Popen(
                    [sys.executable, str(HERE / "server.py"), str(listener.fileno())],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    env=clean(),
                    pass_fds=[listener.fileno()],
                )
        return self.path

    def stop(self) -> None:
        """Close its input, which ends it; our own end does so as well, however it comes."""
        if self.process is not None:
            self.process.communicate(timeout=10)
            self.process = None


SERVER = Server()


def command(*words: str, warm: bool = True) -> list[str]:
    """Return what does the same as `python WORDS`, for scripts and for sending signals to."""
    if not (warm and POSSIBLE):
        return [sys.executable, *words]
    return [sys.executable, "-I", "-S", str(HERE / "client.py"), SERVER.start(), *words]


def call(
    words: Sequence[str],
    folder: Path,
    environ: Mapping[str, str],
    timeout: float = 60,
    *,
    warm: bool = True,
) -> "subprocess.CompletedProcess[str]":
    """Do as `subprocess.run([python, *words])`, with its output, from what is ready."""
    if warm and POSSIBLE:
        code, *told = _forked(words, folder, environ, time.monotonic() + timeout)
        if code is not None:
            return subprocess.CompletedProcess(words, code, *(each.decode() for each in told))
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def _forked(
    words: Sequence[str], folder: Path, environ: Mapping[str, str], until: float
) -> tuple[int | None, bytes, bytes]:
    """Return how a call ended, or no code where it needs an interpreter of its own."""
    with ExitStack() as ours:
        (out, told), (err, warned) = (os.pipe(), os.pipe())
        for end in (out, err):
            ours.callback(os.close, end)
        with ExitStack() as theirs:
            nothing = os.open(os.devnull, os.O_RDONLY)
            for end in (nothing, told, warned):
                theirs.callback(os.close, end)
            streams = (nothing, told, warned)
            connection = ours.enter_context(
                ask(SERVER.start(), words, str(folder), environ, streams)
            )
        said = _drained((connection.fileno(), out, err), until)
    process, *code = map(int, said[0].split())
    assert process == 0 or code, "the process that is ready has lost a call"
    return (code[0] if process else None), said[1], said[2]


def _drained(ends: Sequence[int], until: float) -> list[bytes]:
    """Read all ends to their end; whoever is still at work then is ended with the connection."""
    found = dict.fromkeys(ends, b"")
    with selectors.DefaultSelector() as waiting:
        for end in ends:
            waiting.register(end, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(max(0.0, until - time.monotonic()))
            if not ready and time.monotonic() > until:
                raise TimeoutError(found)
            for key, _ in ready:
                part = os.read(key.fd, 1 << 16)
                found[key.fd] += part
                if not part:
                    waiting.unregister(key.fd)
    return list(found.values())
