"""A question that is given up after a while, whatever the driver does."""

import queue
import threading
from collections.abc import Callable


def within(seconds: float, question: Callable[[], None]) -> None:
    """Ask in a thread of its own; raise what it raises, or TimeoutError when it stays silent."""
    outcome: queue.Queue[Exception | None] = queue.Queue()

    def ask() -> None:
        try:
            question()
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            outcome.put(error)
        else:
            outcome.put(None)

    threading.Thread(target=ask, daemon=True).start()
    try:
        failure = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"no answer within {seconds}s") from None
    if failure is not None:
        raise failure
