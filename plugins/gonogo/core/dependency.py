"""A dependency that is asked directly, past the service that needs it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Direct:
    """How a dependency is asked: `kind` is redis, sql, celery, http, statuspage or tcp.

    `timeout` is the total deadline of one question in seconds. `write` belongs to redis, the rest
    to celery: `task` is enqueued with `args` on `queue` and waited for, `wait` seconds at most;
    `warn_depth` and `max_depth` are waiting messages.
    """

    kind: str
    url: str = field(repr=False)
    timeout: float = 5.0
    write: bool = True
    task: str | None = None
    args: tuple[Any, ...] = ()
    queue: str = "celery"
    backend: str | None = field(default=None, repr=False)
    wait: float = 10.0
    warn_depth: int | None = None
    max_depth: int | None = None

    @property
    def shown(self) -> str:
        """The URL without user, password and query."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
