"""Hosting providers: what they know about a release, and what they can do with it."""
