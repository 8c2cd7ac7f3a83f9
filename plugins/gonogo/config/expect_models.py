"""What several sections say in the same words: an expected answer, and how often to ask again."""

from typing import Annotated, Any

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Duration


class RetryModel(Section):
    attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    """How often it is asked at the most."""
    interval: Duration = 1.0
    """How long to wait between two attempts."""


class ExpectModel(Section):
    status: int | list[int] = 200
    """The status, or any of a list."""
    headers: dict[str, str] = {}
    """Headers that the answer must have, with these values."""
    json_: dict[str, Any] = {}
    """JMESPath to expected value, or to a test such as `{ present = true }`."""
    budget: Duration | None = None
    """How long the answer may take."""
    body_contains: str | None = None
    """A text that the body must contain."""
