"""Reporters tell: the verdict in, text out. One that fails changes nothing."""
