"""Predeploy: no incident is open that this deployment would make worse."""

import pytest

pytestmark = pytest.mark.gonogo(signal="incident")


def test_no_incident_is_open(incidents, probe):
    """announces no open incident"""
    observation = probe(incidents)

    assert observation.good, observation
