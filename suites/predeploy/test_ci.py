"""Predeploy: the CI has found nothing against this commit."""

import pytest

pytestmark = pytest.mark.gonogo(signal="ci")


def test_check_succeeded(required_check, probe):
    """has succeeded on this commit"""
    observation = probe(required_check)

    assert observation.good, observation
