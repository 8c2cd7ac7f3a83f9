"""Health, level 1: every service answers within its budget."""

import pytest

pytestmark = pytest.mark.gonogo(level=1)


def test_service_answers_in_time(paced_service, probe):
    """answers within its budget, at the best of three"""
    observation = probe(paced_service)

    assert observation.good, observation
