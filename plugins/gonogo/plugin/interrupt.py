"""SIGINT and SIGTERM end a run in order: what is known is decided and written."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class Interrupted(KeyboardInterrupt):
    """Raised where the run is, and handled by pytest like Ctrl-C.

    A KeyboardInterrupt of exactly that type that passes through exec(), as in the making of a
    dataclass, is noted by the interpreter: it then kills itself at exit, whatever was handled.
    """


def listen() -> None:
    """Raise Interrupted on both signals, unless somebody else listens to them already."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number, default in (
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGINT, signal.default_int_handler),
    ):
        if signal.getsignal(number) is default:
            signal.signal(number, _raise)


@contextmanager
def held() -> Generator[None]:
    """Let no signal break in while the decision is written: that is over in seconds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, _noted)  # not SIG_IGN: processes of ours would inherit it
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _noted(_number: int, _frame: FrameType | None) -> None:
    """The run is ending anyhow."""


def _raise(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(signal.Signals(number).name)
