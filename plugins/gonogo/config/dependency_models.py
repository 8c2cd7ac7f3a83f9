"""The [dependencies.*] sections."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Duration


class DependencyModel(Section):
    critical: bool = False
    budget: Duration | None = None
    kind: Literal["redis", "sql", "celery", "http", "statuspage", "tcp"] | None = None
    url: str | None = None
    timeout: Duration = 5.0
    write: bool = True
    task: str | None = None
    args: list[Any] = []
    queue: str = "celery"
    backend: str | None = None
    wait: Duration = 10.0
    warn_depth: Annotated[int, Field(ge=0)] | None = None
    max_depth: Annotated[int, Field(ge=0)] | None = None
