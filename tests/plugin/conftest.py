"""A project folder as a team has it."""

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.runs import SUITES, Project, quick


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "suites").symlink_to(SUITES)
    return Project(tmp_path)


@pytest.fixture
def healthy(project: Project, httpserver: HTTPServer) -> Project:
    """A project whose one service is well."""
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    return project.write(quick(httpserver.url_for("")))
