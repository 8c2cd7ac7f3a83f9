"""The demo on real servers, and a project that verifies it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs import SUITES, Project
from tests.servers import Server, postgres, valkey

CONFIGURATION = """
[targets.demo]
url = "{url}"
control = ["{url}/metrics"]
grace = "0s"

[services.api]
live = "/health"
ready = "/api/v1/health"
budget = "2s"
timeout = "3s"
startup = {{ attempts = 3, interval = "20ms" }}
version = {{ path = "/health", field = "version", wait = "300ms" }}

[dependencies."api/database"]
critical = true
[dependencies."api/redis"]

[endpoints."api/models"]
path = "/v1/models"
expect = {{ status = 200, json = {{ "data[0].id" = {{ present = true }} }} }}
critical = true
retry = {{ attempts = 2, interval = "20ms" }}

[endpoints."api/front-page"]
path = "/"
expect = {{ body-contains = "<title>demo</title>" }}
retry = {{ attempts = 2, interval = "20ms" }}

[endpoints."api/stranger"]
path = "/api/v1/auth/me"
expect = {{ status = 401 }}
"""
VERSION = "abc1234"


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    """A PostgreSQL for the tests of one file; whoever kills it starts their own."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def cache() -> Iterator[Server]:
    with valkey() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "suites").symlink_to(SUITES)
    return Project(tmp_path)
