"""The [dependencies.*] sections."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Duration


class DependencyModel(Section):
    critical: bool = False
    """A failure is the signal `database`, which rolls back; else `dependency`, which holds."""
    budget: Duration | None = None
    """How long it may take to answer."""
    kind: Literal["redis", "sql", "celery", "http", "statuspage", "tcp"] | None = None
    """Ask it directly; without a kind, the service's ready answer speaks for it."""
    url: str | None = None
    """Where it is asked directly."""
    timeout: Duration = 5.0
    """The total time limit of one question."""
    write: bool = True
    """redis: also write, read back and delete a key."""
    task: str | None = None
    """celery: enqueue this task and wait for its result; without one, workers are pinged."""
    args: list[Any] = []
    """celery: what the task is given."""
    queue: str = "celery"
    """celery: where it is enqueued."""
    backend: str | None = None
    """celery: where results are."""
    wait: Duration = 10.0
    """celery: how long a result may take."""
    warn_depth: Annotated[int, Field(ge=0)] | None = None
    """celery: more waiting messages are a warning."""
    max_depth: Annotated[int, Field(ge=0)] | None = None
    """celery: more waiting messages are a failure."""
