"""Predeploy: the values that the release will start with are right."""

import pytest

pytestmark = pytest.mark.gonogo(signal="environment")


def test_env_file_is_readable(env_file, probe):
    """reads the same for every reader"""
    observation = probe(env_file)

    assert observation.good, observation


def test_variable_is_valid(variable, probe):
    """is set, and what it should be"""
    observation = probe(variable)

    assert observation.good, observation


def test_variables_agree(env_group, probe):
    """holds between variables"""
    observation = probe(env_group)

    assert observation.good, observation
