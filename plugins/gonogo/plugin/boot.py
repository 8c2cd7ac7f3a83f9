"""Boot a target's own command on a free port, and stop it after the run."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from gonogo.core.errors import ConfigError


def free_port() -> int:
    """Return a port of the loopback interface that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def check(command: str, folder: Path) -> None:
    """Raise ConfigError where the program of a command does not exist."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ConfigError(f"command: {error}: {command}") from None
    program = words[0] if words else ""
    if shutil.which(program, path=_path()) is None and not (folder / program).is_file():
        raise ConfigError(f"command: no program {program!r} on PATH or in {folder}")


_KEEPER = 'read -r _ && exit; kill -s TERM -- "-$1"; sleep 2; kill -s KILL -- "-$1"'


def _path() -> str:
    """Return PATH with the programs of this environment first."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


class Booted:
    """A process of our own, with everything it started, in a group of its own."""

    def __init__(self, command: str, port: int, folder: Path, log: Path) -> None:
        self._log = log
        words = shlex.split(command.replace("{port}", str(port)))
        log.parent.mkdir(parents=True, exist_ok=True)
        environ = {**os.environ, "PATH": _path(), "PORT": str(port)}
        try:
            with log.open("wb") as output:
                self._process = subprocess.Popen(  # noqa: S603 - the user's own command, no shell
                    words,
                    cwd=folder,
                    env=environ,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise ConfigError(f"command cannot be started: {words[0]}: {error.strerror}") from None
        self._keeper = _kept(self._process.pid)

    def gone(self) -> str | None:
        """Say how the process ended by itself; None while it runs."""
        status = self._process.poll()
        if status is None:
            return None
        return f"the command ended with exit status {status}; it wrote {self._log.name}"

    def stop(self, patience: float = 5.0) -> None:
        """End the whole group: first politely, then for good."""
        try:
            self._end(patience)
        finally:
            if self._keeper.poll() is None:  # else stopped before
                self._keeper.communicate(b"\n")

    def _end(self, patience: float) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                return


def _kept(group: int) -> subprocess.Popen[bytes]:
    """Start a shell that ends a group of processes should this one be killed.

    It waits on a pipe that nobody else holds: a line means that all is well, its end that we died.
    """
    return subprocess.Popen(  # noqa: S603 - our own words, and a number
        ["/bin/sh", "-c", _KEEPER, "keeper", str(group)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
