"""Webhooks."""

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.webhook import Webhook


@pytest.fixture
def webhook(httpserver: HTTPServer) -> Webhook:
    return Webhook(httpserver)
