"""The sections of `gonogo.toml`, one model each. Keys are kebab-case, unknown keys are refused."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gonogo.config.values import SLUG_FORM, Duration, Rate, Ratio, is_slug


class Section(BaseModel):
    """Base of every section."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
        hide_input_in_errors=True,
    )


class PollingModel(Section):
    attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    interval: Duration = 5.0


class RetryModel(Section):
    attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    interval: Duration = 1.0


class TargetModel(Section):
    url: str | None = None
    command: str | None = None
    env_file: str | list[str] | None = None
    control: list[str] = []
    provider: str | None = None
    confirm: str | None = None
    requires: str | None = None
    grace: Duration = 60.0
    rollback_window: Duration = 3600.0


class VersionModel(Section):
    path: str
    field: str
    wait: Duration = 420.0


class CorsModel(Section):
    origin: str
    path: str = "/"
    service: str | None = None


class ServiceModel(Section):
    url: str | dict[str, str] | None = None
    live: str = "/health"
    ready: str | None = None
    budget: Duration | None = None
    timeout: Duration = 10.0
    startup: PollingModel = PollingModel()
    version: VersionModel | None = None
    spa: bool = False
    security_headers: bool = False
    cors: CorsModel | None = None


class DependencyModel(Section):
    critical: bool = False
    budget: Duration | None = None
    kind: Literal["redis", "sql", "celery", "http", "statuspage", "tcp"] | None = None
    url: str | None = None


class ExpectModel(Section):
    status: int | list[int] = 200
    headers: dict[str, str] = {}
    json_: dict[str, Any] = {}
    budget: Duration | None = None
    body_contains: str | None = None


class EndpointModel(Section):
    path: str
    service: str | None = None
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    headers: dict[str, str] = {}
    json_: Any = None
    body: str | None = None
    expect: ExpectModel = ExpectModel()
    critical: bool = False
    timeout: Duration = 10.0
    retry: RetryModel = RetryModel()


PerTargetText = str | dict[str, str]
PerTargetNumber = int | dict[str, int]


class VariableModel(Section):
    type: str | None = None
    required: bool | list[str] = True
    choices: list[str | int] | dict[str, list[str | int]] | None = None
    equals: PerTargetText | None = None
    pattern: PerTargetText | None = None
    prefix: str | list[str] | dict[str, str | list[str]] | None = None
    schemes: list[str] | None = None
    min: float | int | None = None
    max: float | int | None = None
    min_length: PerTargetNumber | None = None
    max_length: PerTargetNumber | None = None
    secret: bool | None = None
    public: bool = False
    mode: PerTargetText | None = None
    distinct: bool | Literal["value", "database"] = False
    localhost: bool | None = None
    max_age: Duration | None = None
    example: str | None = None
    description: str | None = None


class EnvRuleModel(Section):
    all_or_none: list[str] | None = None
    any_of: list[str] | None = None
    when: dict[str, str] | None = None
    require: list[str] | None = None


class EnvModel(Section):
    sources: dict[str, str | list[str]] = {}
    schema_: list[str] = []
    undeclared: Literal["error", "warn", "ignore"] = "warn"
    vars: dict[str, str | VariableModel] = {}
    rules: list[EnvRuleModel] = []
    rotated: dict[str, date] = {}


class RuleModel(Section):
    action: Literal["rollback", "block", "hold", "warn"] | None = None
    consecutive: Annotated[int, Field(ge=1)] | None = None
    limit: Ratio | None = None
    for_: Duration | None = None


class WatchModel(Section):
    rate: Rate = 1.0
    health_every: Duration = 5.0
    resources_every: Duration = 10.0


class HistoryModel(Section):
    url: str = "sqlite:///reports/history.sqlite"


class NotifyModel(Section):
    urls: list[str] = []


class Document(Section):
    """The whole file. Journeys, signals and release facts are carried, not yet interpreted."""

    project: str = "project"
    default_target: str | None = None
    targets: dict[str, TargetModel] = {}
    services: dict[str, ServiceModel] | None = None
    dependencies: dict[str, DependencyModel] | None = None
    env: EnvModel | None = None
    endpoints: dict[str, EndpointModel] | None = None
    journeys: dict[str, dict[str, Any]] | None = None
    signals: dict[str, dict[str, Any]] | None = None
    release: dict[str, Any] | None = None
    watch: WatchModel | None = None
    rules: dict[str, RuleModel] = {}
    history: HistoryModel | None = None
    notify: NotifyModel | None = None

    @field_validator("targets", "services", "dependencies", "endpoints", "journeys", "signals")
    @classmethod
    def _slugs(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        for key in value or {}:
            if not is_slug(key):
                raise ValueError(f"the key {key!r} becomes a test ID: use {SLUG_FORM}")
        return value
