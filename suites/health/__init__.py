"""A gonogo suite."""
