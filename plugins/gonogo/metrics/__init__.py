"""Metric sources: one file each, behind one port, and what a short look at them can tell."""
