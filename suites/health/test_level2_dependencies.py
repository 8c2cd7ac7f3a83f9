"""Health, level 2: every dependency is up, as the service itself reports it."""

import pytest

pytestmark = pytest.mark.gonogo(level=2)


def test_service_is_ready(ready_service, probe):
    """reports that it is ready"""
    observation = probe(ready_service)

    assert observation.good, observation


def test_dependency_answers(dependency, probe):
    """is reported as up"""
    observation = probe(dependency)

    assert observation.good, observation
