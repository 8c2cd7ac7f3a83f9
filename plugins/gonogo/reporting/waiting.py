"""The line that says what a run waits for: rewritten on a terminal, now and then in a log."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

QUIET_S = 15.0  # between two lines of a log


class Waiting:
    """Writes past pytest's capture of its output; `reporter` is pytest's terminal reporter."""

    def __init__(
        self, reporter: Any, capture: Any, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._reporter = reporter
        self._capture = capture
        self._clock = clock
        self._last: float | None = None
        self._shown = 0  # characters of the line that stands on the terminal

    def tell(self, line: str) -> None:
        """Say what is waited for."""
        if self._reporter.isatty:
            self._rewrite(line)
        elif self._last is None or self._clock() - self._last >= QUIET_S:
            self._last = self._clock()
            with self._uncaptured():
                self._reporter.ensure_newline()
                self._reporter.write_line(f"         {line}")
                self._reporter.flush()

    def over(self) -> None:
        """Take the line away: the wait is over."""
        if self._shown:
            with self._uncaptured():
                self._reporter.write(f"\r{' ' * self._shown}\r")
                self._reporter.flush()
            self._shown = 0

    def _rewrite(self, line: str) -> None:
        """Replace the line; one that is too long for the terminal could not be taken away."""
        width = max(20, self._reporter._tw.fullwidth - 1)  # noqa: SLF001 - as pytest's plugins do
        text = f"  ... {' '.join(line.split())}"
        text = text if len(text) <= width else f"{text[: width - 3]}..."
        with self._uncaptured():
            if not self._shown:
                self._reporter.ensure_newline()
            self._reporter.write(f"\r{text:<{self._shown}}")
            self._reporter.flush()
        self._shown = len(text)

    def _uncaptured(self) -> AbstractContextManager[object]:
        if self._capture is None:
            return nullcontext()
        paused: AbstractContextManager[object] = self._capture.global_and_fixture_disabled()
        return paused
