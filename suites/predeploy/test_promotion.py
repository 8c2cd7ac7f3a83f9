"""Predeploy: this commit has proven itself on the target before this one."""

import pytest

pytestmark = pytest.mark.gonogo(signal="approval")


def test_earlier_target_has_a_go(promotion, probe):
    """has a recorded GO for this commit"""
    observation = probe(promotion)

    assert observation.good, observation
