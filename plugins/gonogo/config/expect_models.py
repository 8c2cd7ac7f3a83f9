"""What several sections say in the same words: an expected answer, and how often to ask again."""

from typing import Annotated, Any

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Duration


class RetryModel(Section):
    attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    interval: Duration = 1.0


class ExpectModel(Section):
    status: int | list[int] = 200
    headers: dict[str, str] = {}
    json_: dict[str, Any] = {}
    budget: Duration | None = None
    body_contains: str | None = None
