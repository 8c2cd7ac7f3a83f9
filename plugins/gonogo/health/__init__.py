"""One general reader of health answers: any dialect to a status and its components."""

from gonogo.health.body import is_document, is_page
from gonogo.health.components import Component
from gonogo.health.reader import HealthReport, read

__all__ = ["Component", "HealthReport", "is_document", "is_page", "read"]
