"""Smoke: every endpoint answers as it promises."""

import pytest

pytestmark = pytest.mark.gonogo(level=3)


def test_endpoint_answers(endpoint, probe):
    """answers as it promises"""
    observation = probe(endpoint)

    assert observation.good, observation
