"""Doubles of outside APIs: real servers on loopback that keep the API's own rules."""
