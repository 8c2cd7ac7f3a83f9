"""Health, level 3: the front end is what a browser needs."""

import pytest

pytestmark = pytest.mark.gonogo(level=3)


def test_application_loads(application, probe):
    """loads whole: the index, its scripts and its styles"""
    observation = probe(application)

    assert observation.good, observation


def test_application_survives_a_reload(routed_application, probe):
    """serves its index on every route that the browser knows"""
    observation = probe(routed_application)

    assert observation.good, observation


def test_page_is_guarded(guarded_page, probe):
    """sends the headers that guard its users"""
    observation = probe(guarded_page)

    assert observation.good, observation


def test_plain_http_leads_to_tls(plain_page, probe):
    """serves no page without TLS"""
    observation = probe(plain_page)

    assert observation.good, observation


def test_only_its_origin_may_ask(cross_origin, probe):
    """may be asked by pages of its origin, and of no other"""
    observation = probe(cross_origin)

    assert observation.good, observation
