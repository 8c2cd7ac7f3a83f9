"""Ways out of a process that pass by pytest: none of them may look like a GO."""

import atexit
import os
import sys
from collections.abc import Callable, Generator

import pytest

from gonogo.core.outcome import Decision


class Exits:
    """While a run is undecided, no exit of this process has the code of a GO."""

    def __init__(self, undecided: Callable[[], bool]) -> None:
        self._undecided = undecided
        self._pid = os.getpid()
        self._real = os._exit
        os._exit = self._exit  # type: ignore[assignment]  # a test that calls it skips all hooks
        atexit.register(self._last)

    def close(self) -> None:
        """Give the process its own way out again."""
        os._exit = self._real
        atexit.unregister(self._last)

    def _exit(self, status: int) -> None:
        if status == 0 and os.getpid() == self._pid and self._undecided():
            status = Decision.INCONCLUSIVE.exit_code
        self._real(status)

    def _last(self) -> None:
        if os.getpid() == self._pid and self._undecided():
            sys.stdout.flush()
            sys.stderr.flush()
            self._real(Decision.INCONCLUSIVE.exit_code)


class LastWord:
    """The outermost hook: nobody changes the exit status after the gate has set it."""

    def __init__(self, exit_code: Callable[[], int | None]) -> None:
        self._exit_code = exit_code

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        try:
            yield
        except KeyboardInterrupt:  # a second one, as somebody in a hurry sends it
            if self._exit_code() is None:
                raise
        finally:
            code = self._exit_code()
            if code is not None:
                session.exitstatus = code
