"""Watch: nothing that would call for a rollback happens while the release proves itself."""

import pytest

pytestmark = pytest.mark.gonogo(level=4)


def test_trigger_stays_quiet(trigger, probe):
    """stays quiet through the watch window"""
    observation = probe(trigger)

    assert observation.good, observation
