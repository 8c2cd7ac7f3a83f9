"""One general reader of health answers: any dialect to a status and its components."""

from gonogo.health.reader import Component, HealthReport, read

__all__ = ["Component", "HealthReport", "read"]
