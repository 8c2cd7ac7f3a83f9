"""One table of [signals]: what is measured, and where it is read."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Amount, Duration


class SignalModel(Section):
    signal: Literal["error-rate", "latency", "memory", "db-pool", "resources"] | None = None
    """Which rule judges it; default: the part of the key after the slash."""
    source: Literal["probe", "health", "metrics", "prometheus", "railway", "render"]
    """Where it is read."""
    service: str | None = None
    """Whose it is; default: the part of the key before the slash."""
    path: str | None = None
    """probe: the path that is called. health, metrics: the path that is read. railway, render: only
    requests to it."""
    url: str | None = None
    """metrics: another place of the exposition. prometheus: the server."""
    route: str | None = None
    """What the series is called in reports."""
    headers: dict[str, str] = {}
    """What is sent along."""
    field: str | None = None
    """health: a JMESPath to the value."""
    fields: dict[str, str] = {}
    """health: JMESPaths by role: `used` and `max`, or `errors` and `total`."""
    query: str | None = None
    """metrics, prometheus: what gives the value."""
    queries: dict[str, str] = {}
    """metrics, prometheus: the same by role."""
    max: Amount | None = None
    """Stands in for the role `max`."""
    unit: Literal["ratio", "percent", "s", "ms"] | None = None
    """The unit of what is read, where it is not the base unit."""
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    """latency: which quantile of a histogram, or of the provider; default: 0.5."""
    every: Duration | None = None
    """How often it is read; default: by the source, from 100ms to 30s."""
    limit: float | str | None = None
    """An absolute limit in place of the rule's: a duration for a latency, else a ratio."""
    resource: str | None = None
    """railway, render: another service id than that of [providers]."""
    environment: str | None = None
    """railway: another environment id than that of [providers]."""
