"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.runs import SUITES, Project
from tests.warm import SERVER

# where it is set, each of the hundreds of processes would compile all that it imports anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("gonogo", deadline=None)  # a busy machine is no failing property
settings.load_profile("gonogo")


@pytest.fixture(scope="session", autouse=True)
def ready() -> Iterator[None]:
    """End the process that whole runs are forked from, if there was one."""
    yield
    SERVER.stop()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A folder as a team has it, with our suites."""
    (tmp_path / "suites").symlink_to(SUITES)
    return Project(tmp_path)
