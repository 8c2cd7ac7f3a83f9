"""Decide from evidence whether a deployment may go on."""
