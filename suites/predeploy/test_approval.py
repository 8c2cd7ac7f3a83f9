"""Predeploy: somebody with the right to say so wants this deployment."""

import pytest

pytestmark = pytest.mark.gonogo(signal="approval")


def test_deployment_is_confirmed(approval, probe):
    """is confirmed with the phrase of its target"""
    observation = probe(approval)

    assert observation.good, observation
