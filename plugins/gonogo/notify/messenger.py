"""Hands messages to Apprise. Run as a program, so that whatever a notifier does ends with it.

It is told `{"messages": [{"url", "title", "body", "kind"}]}` on its standard input and says a line
of JSON for each as soon as it is known: `{"place": 0, "why": null}`. Neither Apprise nor what it
uses can be heard otherwise: their logs hold URLs, and URLs hold tokens.
"""

import json
import logging
import os
import re
import sys
import threading
from contextvars import ContextVar
from typing import Any, TextIO

_ANSWERED = re.compile(r"error[=:] ?(\d{3})\b")


_MESSAGE: ContextVar[int] = ContextVar("message")  # which one a thread of Apprise works for


class _Overheard(logging.Handler):
    """Takes a status out of what Apprise logs of a message, and nothing else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status: dict[int, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        found = _ANSWERED.search(record.getMessage())
        if found is not None:
            self.status[_MESSAGE.get(-1)] = found[1]


def main() -> None:
    """Send everything at once, and end without waiting for anybody's threads."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    messages = json.loads(sys.stdin.buffer.read())["messages"]
    overheard = _Overheard()
    logging.lastResort = None
    logger = logging.getLogger("apprise")
    logger.handlers, logger.propagate = [overheard], False
    lock = threading.Lock()

    def send(place: int, message: dict[str, Any]) -> None:
        _MESSAGE.set(place)
        why = _why_not(message, overheard)
        with lock:
            _say(answer, {"place": place, "why": why})

    threads = [
        threading.Thread(target=send, args=each, daemon=True) for each in enumerate(messages)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)


def _say(answer: TextIO, line: dict[str, Any]) -> None:
    answer.write(json.dumps(line) + "\n")
    answer.flush()


def _why_not(message: dict[str, Any], overheard: _Overheard) -> str | None:
    """Send one message; return why that was not possible, in words that hold nothing of it."""
    try:
        import apprise  # noqa: PLC0415 - a missing one is told as any other failure

        asset = apprise.AppriseAsset(
            app_id="gonogo",
            app_desc="gonogo",
            image_url_mask="",
            image_url_logo="",
            async_mode=False,
        )
        sender = apprise.Apprise(asset=asset)
        if not sender.add(message["url"]):
            return "no Apprise URL"
        kind = apprise.NotifyType(message["kind"])
        if sender.notify(
            title=message["title"],
            body=message["body"],
            notify_type=kind,
            body_format=apprise.NotifyFormat.TEXT,
        ):
            return None
    except ModuleNotFoundError as error:
        return f"{error.name} is not installed"
    except BaseException as error:  # noqa: BLE001 - a notifier may do anything
        return type(error).__name__
    status = overheard.status.get(_MESSAGE.get())
    return f"answered {status}" if status else "no answer that it accepts"


if __name__ == "__main__":
    main()
