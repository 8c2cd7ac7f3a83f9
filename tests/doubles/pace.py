"""A plugin for whole runs: their clock goes PACE times as fast, and what they ask stays real.

Ten minutes of a watch become seconds; its code, its rules and their numbers are the product's own.
"""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from gonogo.plugin.stash import RUN

PACE = float(os.environ.get("PACE", "1"))


def pytest_collection_finish(session: pytest.Session) -> None:
    began, started = time.monotonic(), datetime.now(UTC)
    context = session.config.stash[RUN].prober.context

    def passed() -> float:
        return (time.monotonic() - began) * PACE

    context.now = lambda: began + passed()
    context.wall = lambda: started + timedelta(seconds=passed())
    context.sleep = lambda seconds: asyncio.sleep(seconds / PACE)
