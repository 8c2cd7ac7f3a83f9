"""A project whose service is well."""

import pytest
from pytest_httpserver import HTTPServer

from tests.runs import Project, quick


@pytest.fixture
def healthy(project: Project, httpserver: HTTPServer) -> Project:
    """A project whose one service is well."""
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    return project.write(quick(httpserver.url_for("")))
