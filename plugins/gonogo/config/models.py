"""The sections of `gonogo.toml`, one model each. Keys are kebab-case, unknown keys are refused."""

import difflib
import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from gonogo.config.values import SLUG_FORM, Duration, Rate, Ratio, is_slug
from gonogo.core.variable import MODED_TYPES, NUMBER_TYPES, TYPES, URL_TYPES


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


T = TypeVar("T")
PerTarget: TypeAlias = T | dict[str, T]
Names = Annotated[list[str], Field(min_length=1)]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def _each(value: Any) -> list[Any]:
    """Return what holds for each target of a key that may be a table of targets."""
    values = list(value.values()) if isinstance(value, dict) else [value]
    return [each for each in values if each is not None]


class VariableModel(Section):
    """Every key but the texts for people takes one value, or a table of targets."""

    type: PerTarget[str] | None = None
    required: bool | list[str] | dict[str, bool] = True
    choices: PerTarget[list[str | int]] | None = None
    equals: PerTarget[str] | None = None
    pattern: PerTarget[str] | None = None
    prefix: PerTarget[str | list[str]] | None = None
    schemes: PerTarget[list[str]] | None = None
    items: PerTarget[str] | None = None
    min: PerTarget[int | float] | None = None
    max: PerTarget[int | float] | None = None
    min_length: PerTarget[int] | None = None
    max_length: PerTarget[int] | None = None
    secret: PerTarget[bool] | None = None
    public: PerTarget[bool] | None = None
    mode: PerTarget[Literal["test", "live"]] | None = None
    distinct: PerTarget[bool | Literal["value", "database"]] | None = None
    localhost: PerTarget[bool] | None = None
    password: PerTarget[bool] | None = None
    strength: PerTarget[Literal["strong", "any"]] | None = None
    max_age: PerTarget[Duration] | None = None
    example: str | None = None
    description: str | None = None

    @field_validator("type", "items")
    @classmethod
    def _known_types(cls, value: Any) -> Any:
        for word in _each(value):
            if word not in TYPES:
                near = difflib.get_close_matches(word, TYPES, n=1, cutoff=0.5)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ValueError(f"unknown type {word!r}{hint}")
        return value

    @field_validator("pattern")
    @classmethod
    def _patterns(cls, value: Any) -> Any:
        for text in _each(value):
            try:
                re.compile(text)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _keys_fit_the_type(self) -> "VariableModel":
        types = set(_each(self.type)) or {"string"}
        needs = (
            ("min", self.min, NUMBER_TYPES),
            ("max", self.max, NUMBER_TYPES),
            ("mode", self.mode, MODED_TYPES),
            ("items", self.items, ("list",)),
            ("schemes", self.schemes, URL_TYPES),
            ("password", self.password, URL_TYPES),
        )
        for key, value, fitting in needs:
            if value is not None and types.isdisjoint(fitting):
                raise ValueError(f"{key!r} needs a type that knows it: {', '.join(fitting)}")
        return self


def _long_form(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class EnvRuleModel(Section):
    all_or_none: Names | None = None
    any_of: Names | None = None
    distinct: Names | None = None
    when: dict[str, str] | None = None
    require: Names | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> "EnvRuleModel":
        shapes = [self.all_or_none, self.any_of, self.distinct, self.when]
        if sum(bool(each) for each in shapes) != 1 or bool(self.when) != bool(self.require):
            raise ValueError(
                "expected one of all-or-none, any-of, distinct, or when together with require"
            )
        return self


class EnvModel(Section):
    sources: dict[str, str | list[str]] = {}
    schema_: list[str] = []
    undeclared: Literal["error", "warn", "ignore"] = "warn"
    drift: Literal["error", "warn", "ignore"] = "warn"
    portability: Literal["error", "warn", "ignore"] = "warn"
    vars: dict[str, Annotated[VariableModel, BeforeValidator(_long_form)]] = {}
    rules: list[EnvRuleModel] = []
    rotated: dict[str, date] = {}

    @field_validator("vars")
    @classmethod
    def _names(cls, value: dict[str, VariableModel]) -> dict[str, VariableModel]:
        for name in value:
            if _NAME.fullmatch(name) is None:
                raise ValueError(f"{name!r} is no name of a variable: letters, digits and '_'")
        return value


class RuleModel(Section):
    action: Literal["rollback", "block", "hold", "warn"] | None = None
    consecutive: Annotated[int, Field(ge=1)] | None = None
    limit: Ratio | None = None
    for_: Duration | None = None


class CiModel(Section):
    provider: Literal["github"] = "github"
    repository: str | None = None
    required: Annotated[list[str], Field(min_length=1)]
    wait: Duration = 300.0
    every: Duration = 10.0


class CoverageModel(Section):
    file: str = "coverage.xml"
    minimum: Ratio
    max_age: Duration | None = None


class TestsModel(Section):
    file: str
    max_age: Duration | None = None


class ScanModel(Section):
    file: str
    level: Literal["note", "warning", "error"] = "error"
    most: Annotated[int, Field(ge=0)] = 0
    max_age: Duration | None = None


class BackupModel(Section):
    file: str
    max_age: Duration


class IncidentsModel(Section):
    pages: dict[str, str] | list[str] = []
    issues: str | None = None
    repository: str | None = None


class ReleaseModel(Section):
    ci: CiModel | None = None
    coverage: CoverageModel | None = None
    tests: TestsModel | None = None
    scans: ScanModel | None = None
    migrations: dict[str, Any] | None = None
    backup: BackupModel | None = None
    incidents: IncidentsModel | None = None


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
    release: ReleaseModel | None = None
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
