"""Telling people what a run has decided, through Apprise, in a process of its own."""
