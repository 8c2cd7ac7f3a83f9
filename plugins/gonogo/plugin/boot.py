"""Boot a target's own command on a free port, and stop it after the run."""

import contextlib
import os
import shlex
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


class Booted:
    """A process of our own, with everything it started, in a group of its own."""

    def __init__(self, command: str, port: int, folder: Path, log: Path) -> None:
        words = shlex.split(command.replace("{port}", str(port)))
        log.parent.mkdir(parents=True, exist_ok=True)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        environ = {**os.environ, "PATH": path, "PORT": str(port)}
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

    @property
    def ended(self) -> int | None:
        """Return the exit status of a process that ended by itself, else None."""
        return self._process.poll()

    def stop(self, patience: float = 5.0) -> None:
        """End the whole group: first politely, then for good."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                return
