"""Probes ask and report what they saw; they judge nothing beyond the one answer."""
