"""Who is told of this run: at its end, in a bounded time, and without a say in the decision."""

import os
from collections.abc import Mapping
from typing import Any

from gonogo.plugin.run import Run


def told(run: Run, record: Mapping[str, Any] | None) -> list[str]:
    """Tell of a run whose record was written; return what to say about it in the closing block."""
    notify = run.plan.notify
    if notify is None or run.booted:
        return []
    if record is None:
        return ["nobody was told: there is no record"]
    try:
        from gonogo.notify.telling import Teller  # noqa: PLC0415 - only where somebody is told

        alerted = run.past.alerted if run.past.configured else None
        return list(Teller(notify, os.environ, run.redact, alerted).tell(record).lines)
    except Exception as error:  # noqa: BLE001 - whatever breaks here decides nothing
        return [f"nobody was told: {type(error).__name__}"]
