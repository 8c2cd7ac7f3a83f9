"""Smoke: every journey through the application arrives."""

import pytest

pytestmark = pytest.mark.gonogo(level=3)


def test_journey_arrives(configured_journey, probe):
    """arrives, step by step"""
    observation = probe(configured_journey)

    assert observation.good, observation
