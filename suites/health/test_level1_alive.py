"""Health, level 1: every service is alive and serves what was deployed."""

import pytest

pytestmark = pytest.mark.gonogo(level=1)


def test_service_serves_the_release(released_service, probe):
    """serves the version that was deployed"""
    observation = probe(released_service)

    assert observation.good, observation


def test_service_is_alive(service, probe):
    """answers its health check as healthy"""
    observation = probe(service)

    assert observation.good, observation
