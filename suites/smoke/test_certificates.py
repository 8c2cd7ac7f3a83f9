"""Smoke: every certificate is valid, and for long enough."""

import pytest

pytestmark = pytest.mark.gonogo(level=1)


def test_certificate_is_valid(certificate, probe):
    """is valid for two more weeks at the least"""
    observation = probe(certificate)

    assert observation.good, observation
