"""Predeploy: this is a time at which deployments go out."""

import pytest

pytestmark = pytest.mark.gonogo(signal="window")


def test_deployment_may_start_now(calendar, probe):
    """is in a window, and in no freeze"""
    observation = probe(calendar)

    assert observation.good, observation
