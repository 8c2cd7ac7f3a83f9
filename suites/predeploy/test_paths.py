"""Predeploy: there is a way to bring this release out, now."""

import pytest


@pytest.mark.gonogo(signal="path")
def test_path_is_usable(deploy_path, probe):
    """can be used now"""
    observation = probe(deploy_path)

    assert observation.good, observation


@pytest.mark.gonogo(signal="deploy-path")
def test_some_path_is_usable(deploy_paths, probe):
    """at least one path can be used now"""
    observation = probe(deploy_paths)

    assert observation.good, observation
