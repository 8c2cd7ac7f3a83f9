"""Alembic's entry; gonogo reads the revisions, and never runs this."""
