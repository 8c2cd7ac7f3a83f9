"""Messages to a process that sends them, in a bounded time, whatever becomes of it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MESSENGER = Path(__file__).with_name("messenger.py")
EXTRA = "fix: pip install 'pytest-gonogo[notify]'"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one URL; `kind` is info, success, warning or failure."""

    url: str = field(repr=False)
    title: str
    body: str
    kind: str


def deliver(messages: Sequence[Message], limit: float) -> list[str | None]:
    """Send, and return for each message why nobody got it; None where somebody did.

    `limit` is in seconds for all of them. The URLs go in through standard input: no list of
    processes shows them. An interrupt ends the sending, and is told as a reason.
    """
    told = {
        "messages": [
            {"url": each.url, "title": each.title, "body": each.body, "kind": each.kind}
            for each in messages
        ]
    }
    said, why = _asked(json.dumps(told).encode(), limit)
    found: list[str | None] = [why] * len(messages)
    for line in said.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError, IndexError):
            answer = json.loads(line)
            found[answer["place"]] = _with_fix(answer["why"])
    return found


def _with_fix(why: str | None) -> str | None:
    return f"{why}; {EXTRA}" if why == "apprise is not installed" else why


def _asked(question: bytes, limit: float) -> tuple[bytes, str]:
    """Return what the messenger said, and why it may have said nothing of a message."""
    command = [sys.executable, "-P", "-W", "ignore", str(MESSENGER)]
    try:
        process = subprocess.Popen(  # noqa: S603 - ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return b"", f"{type(error).__name__}: {error.strerror}"
    why = "the messenger said nothing of it"
    try:
        return process.communicate(question, timeout=max(0.1, limit))[0], why
    except subprocess.TimeoutExpired:
        why = f"no answer within {limit:.0f}s"
    except KeyboardInterrupt:
        why = "interrupted"
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
        return process.communicate(timeout=2)[0], why
    return b"", why
