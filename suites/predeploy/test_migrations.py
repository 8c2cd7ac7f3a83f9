"""Predeploy: the schema can follow the release, and a rollback can follow the schema."""

import pytest

pytestmark = pytest.mark.gonogo(signal="migration")


def test_history_has_one_head(migrations, probe):
    """has one head"""
    observation = probe(migrations.history)

    assert observation.good, observation


def test_database_is_an_ancestor_of_the_head(migrations, probe):
    """has the target's database on its way to the head"""
    observation = probe(migrations.database)

    assert observation.good, observation


def test_sql_of_what_is_pending_is_known(migrations, probe):
    """shows the SQL of what is pending"""
    observation = probe(migrations.sql)

    assert observation.good, observation


def test_old_version_survives_what_is_pending(migrations, probe):
    """leaves a schema that the version of now can run on"""
    observation = probe(migrations.survival)

    assert observation.good, observation


def test_what_is_pending_can_be_undone(migrations, probe):
    """has a downgrade for everything that is pending"""
    observation = probe(migrations.downgrade)

    assert observation.good, observation
