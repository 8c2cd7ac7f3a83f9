"""A small real application for gonogo to verify, and to break on purpose."""
