"""One table of [signals]: what is measured, and where it is read."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Amount, Duration


class SignalModel(Section):
    signal: Literal["error-rate", "latency", "memory", "db-pool", "resources"] | None = None
    source: Literal["probe", "health", "metrics", "prometheus", "railway", "render"]
    service: str | None = None
    path: str | None = None
    url: str | None = None
    route: str | None = None
    headers: dict[str, str] = {}
    field: str | None = None
    fields: dict[str, str] = {}
    query: str | None = None
    queries: dict[str, str] = {}
    max: Amount | None = None
    unit: Literal["ratio", "percent", "s", "ms"] | None = None
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    every: Duration | None = None
    limit: float | str | None = None
    resource: str | None = None
    environment: str | None = None
