"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.runs import SUITES, Project

settings.register_profile("gonogo", deadline=None)  # a busy machine is no failing property
settings.load_profile("gonogo")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A folder as a team has it, with our suites."""
    (tmp_path / "suites").symlink_to(SUITES)
    return Project(tmp_path)
