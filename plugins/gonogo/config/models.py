"""The sections of `gonogo.toml`, one model each."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from gonogo.config.dependency_models import DependencyModel
from gonogo.config.env_models import EnvModel
from gonogo.config.expect_models import ExpectModel, RetryModel
from gonogo.config.journey_models import JourneyModel
from gonogo.config.provider_models import ProvidersModel
from gonogo.config.release_models import ReleaseModel
from gonogo.config.section import Section
from gonogo.config.signal_models import SignalModel
from gonogo.config.values import SLUG_FORM, Duration, Rate, Ratio, is_slug


class PollingModel(Section):
    attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    interval: Duration = 5.0


class RequiresModel(Section):
    target: str
    max_age: Duration | None = None


def _as_table(value: Any) -> Any:
    return {"target": value} if isinstance(value, str) else value


Requires = Annotated[
    RequiresModel, BeforeValidator(_as_table, json_schema_input_type=str | RequiresModel)
]


class TargetModel(Section):
    url: str | None = None
    command: str | None = None
    env_file: str | list[str] | None = None
    control: list[str] = []
    provider: str | None = None
    confirm: str | None = None
    requires: Requires | None = None
    frozen: bool | None = None
    frozen_file: str | None = None
    grace: Duration = 60.0
    rollback_window: Duration = 3600.0


class VersionModel(Section):
    path: str
    field: str
    wait: Duration = 420.0


Guard = Literal[
    "strict-transport-security",
    "x-content-type-options",
    "frame-ancestors",
    "referrer-policy",
    "content-security-policy",
]


class CorsModel(Section):
    origin: str
    path: str = "/"
    service: str | None = None
    public: bool = False


class ServiceModel(Section):
    url: str | dict[str, str] | None = None
    live: str = "/health"
    ready: str | None = None
    budget: Duration | None = None
    timeout: Duration = 10.0
    startup: PollingModel = Field(default_factory=PollingModel)
    version: VersionModel | None = None
    spa: bool | Annotated[str, Field(pattern="^/")] = False
    security_headers: bool | list[Guard] = False
    cors: CorsModel | None = None


class EndpointModel(Section):
    path: str
    service: str | None = None
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    headers: dict[str, str] = {}
    json_: Any = None
    body: str | None = None
    expect: ExpectModel = Field(default_factory=ExpectModel)
    critical: bool = False
    timeout: Duration = 10.0
    retry: RetryModel = Field(default_factory=RetryModel)


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
    retention: Duration = 90 * 86400.0

    @field_validator("url")
    @classmethod
    def _known(cls, value: str) -> str:
        if value.startswith("sqlite:///") and value not in {"sqlite:///", "sqlite:///:memory:"}:
            return value
        if value.startswith(("postgresql+psycopg://", "postgresql://", "postgres://")):
            return value
        raise ValueError("expected sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE")


class NotifyModel(Section):
    urls: list[str] = []


class Document(Section):
    """The whole file. `notify` is carried, not yet used."""

    project: str = "project"
    default_target: str | None = None
    targets: dict[str, TargetModel] = {}
    services: dict[str, ServiceModel] | None = None
    dependencies: dict[str, DependencyModel] | None = None
    env: EnvModel | None = None
    endpoints: dict[str, EndpointModel] | None = None
    journeys: dict[str, JourneyModel] | None = None
    signals: dict[str, SignalModel] | None = None
    release: ReleaseModel | None = None
    providers: ProvidersModel | None = None
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
