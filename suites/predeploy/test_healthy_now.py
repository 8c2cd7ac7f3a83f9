"""Predeploy: what serves now is well, so that a failure afterwards can be told from one before."""

import pytest

pytestmark = pytest.mark.gonogo(signal="healthy-now")


def test_target_is_healthy_now(serving, probe):
    """is well before the deployment"""
    observation = probe(serving)

    assert observation.good, observation
