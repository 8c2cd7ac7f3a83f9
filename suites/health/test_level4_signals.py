"""Health, level 4: every signal is within its limit."""

import pytest

pytestmark = pytest.mark.gonogo(level=4)


def test_signal_is_within_its_limit(signal, probe):
    """is within its limit"""
    observation = probe(signal)

    assert observation.good, observation
