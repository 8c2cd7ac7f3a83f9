"""Processes of limited time: ours in another interpreter, and a command of the team."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gonogo.core.errors import EvidenceUnavailable

START = Path(__file__).with_name("start.py")
LARGEST = 32 << 20  # bytes of an answer


class Talk:
    """A process that answers in lines of JSON; `told` has what it said until it ended."""

    def __init__(
        self, command: Sequence[str], root: Path, environ: Mapping[str, str], name: str
    ) -> None:
        self._name = name
        try:
            self._process = subprocess.Popen(  # noqa: S603 - what the configuration names
                command,
                cwd=root,
                env=dict(environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise EvidenceUnavailable(f"{name}: {command[0]} cannot be started: {reason}") from None

    def tell(self, question: object) -> None:
        """Send one line; a process that has ended will not hear it."""
        with contextlib.suppress(OSError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(json.dumps(question).encode() + b"\n")
                self._process.stdin.flush()

    def text(self, timeout: float) -> tuple[str, str | None]:
        """Return everything that it wrote, and why it did not end well."""
        trouble = None
        try:
            data, _ = self._process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            trouble = f"{self._name} did not end within {timeout:g}s"
            data = self._kill()
        if trouble is None and self._process.returncode:
            trouble = f"{self._name} ended with status {self._process.returncode}"
        self._kill()
        return data[:LARGEST].decode("utf-8", "replace"), trouble

    def told(self, timeout: float) -> tuple[list[dict[str, Any]], str | None]:
        """Return the lines that it said, and why there are no more."""
        text, trouble = self.text(timeout)
        found = []
        for line in text.splitlines():
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                if isinstance(said, dict):
                    found.append(said)
        return found, trouble

    def close(self) -> None:
        """End it, whatever it does."""
        self._kill()

    def _kill(self) -> bytes:
        """End the process with all its children, and return what is left to read."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.stdout is None or self._process.stdout.closed:
            return b""
        try:
            return self._process.communicate(timeout=5)[0]
        except (subprocess.TimeoutExpired, ValueError):
            return b""


def words(python: str, question: str) -> list[str]:
    """Return the command that answers a question in an interpreter."""
    return [python, str(START), question]
