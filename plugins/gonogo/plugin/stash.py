"""Where the plugin keeps things on pytest's own objects."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gonogo.core.observation import Observation
    from gonogo.journeys.steps import Journey
    from gonogo.plugin.ask import Ask
    from gonogo.plugin.run import Run

RUN: "pytest.StashKey[Run]" = pytest.StashKey()
EVIDENCE: "pytest.StashKey[list[tuple[Ask, Observation]]]" = pytest.StashKey()
JOURNEY: "pytest.StashKey[Journey | None]" = pytest.StashKey()
