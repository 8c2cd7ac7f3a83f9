"""Predeploy: what the build and the operators left behind is good enough."""

import pytest

pytestmark = pytest.mark.gonogo(signal="quality")


def test_artefact_is_good_enough(artefact, probe):
    """is there, is fresh, and shows what it must"""
    observation = probe(artefact)

    assert observation.good, observation
