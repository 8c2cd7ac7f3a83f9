"""Webhooks, and an Apprise that starts from its bytecode."""

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.webhook import Webhook


@pytest.fixture(autouse=True)
def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)


@pytest.fixture
def webhook(httpserver: HTTPServer) -> Webhook:
    return Webhook(httpserver)
