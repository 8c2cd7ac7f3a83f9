"""Journeys: an application walked through as a client would, step by step."""
