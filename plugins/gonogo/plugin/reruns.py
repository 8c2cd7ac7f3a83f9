"""Reruns of a team's own journeys: by pytest-rerunfailures, and for transport errors only."""

import pytest

ATTEMPTS = 3
PAUSE_S = 1
_FIXTURES = {"http", "journey"}


def allow(item: pytest.Item) -> None:
    """Let a journey be walked anew after a transport error, unless somebody said otherwise."""
    installed = hasattr(item.config.option, "reruns")
    if not installed or item.config.option.reruns is not None or item.config.getini("reruns"):
        return
    if not _FIXTURES & set(getattr(item, "fixturenames", ())):
        return
    if item.get_closest_marker("flaky") is None:
        from gonogo.journeys.evidence import TRANSPORT  # noqa: PLC0415 - only journeys need it

        again = {"reruns": ATTEMPTS - 1, "reruns_delay": PAUSE_S, "only_rerun": TRANSPORT}
        item.add_marker(pytest.mark.flaky(**again))
