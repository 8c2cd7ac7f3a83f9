"""Where the plugin keeps things on pytest's own objects."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gonogo.core.observation import Observation
    from gonogo.plugin.run import Ask, Run

RUN: "pytest.StashKey[Run]" = pytest.StashKey()
EVIDENCE: "pytest.StashKey[list[tuple[Ask, Observation]]]" = pytest.StashKey()
