"""The sections of `gonogo.toml`, one model each."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from gonogo.config.dependency_models import DependencyModel
from gonogo.config.env_models import EnvModel
from gonogo.config.expect_models import ExpectModel, RetryModel
from gonogo.config.journey_models import JourneyModel
from gonogo.config.notify_models import NotifyModel
from gonogo.config.provider_models import ProvidersModel
from gonogo.config.release_models import ReleaseModel
from gonogo.config.section import Section
from gonogo.config.signal_models import SignalModel
from gonogo.config.values import SLUG_FORM, Duration, Rate, Ratio, is_slug


class PollingModel(Section):
    attempts: Annotated[int, Field(ge=1, le=1000)] = 3
    """How often it is asked at the most; one healthy answer is enough."""
    interval: Duration = 5.0
    """How long to wait between two attempts."""


class RequiresModel(Section):
    target: str
    """The target that must have a recorded GO for the same commit."""
    max_age: Duration | None = None
    """How old that GO may be."""


def _as_table(value: Any) -> Any:
    return {"target": value} if isinstance(value, str) else value


Requires = Annotated[
    RequiresModel, BeforeValidator(_as_table, json_schema_input_type=str | RequiresModel)
]


class TargetModel(Section):
    url: str | None = None
    """Where the target serves."""
    command: str | None = None
    """Boots the application for the run on a free `{port}`, and is stopped after it."""
    env_file: str | list[str] | None = None
    """Files with the values that the target starts with; a later one wins."""
    control: list[str] = []
    """URLs that answer whenever the runner's own network works; without one, silence is never
    evidence."""
    provider: str | None = None
    """Who hosts it: railway, render or local; asked for variables, and to restore a version."""
    confirm: str | None = None
    """A phrase that somebody must give with --gonogo-confirm before a deployment."""
    requires: Requires | None = None
    """Another target that must have a GO for this commit; its name, or a table."""
    frozen: bool | None = None
    """True: no automatic rollback; such a failure is a HOLD."""
    frozen_file: str | None = None
    """The same, as long as this file exists."""
    grace: Duration = 60.0
    """How long after the start of a run an edge proxy's own 5xx is not counted."""
    rollback_window: Duration = 3600.0
    """How long after a deployment a scheduled run may still say ROLLBACK."""


class VersionModel(Section):
    path: str
    """Where the service says which version it is."""
    field: str
    """A JMESPath to the commit in that JSON."""
    wait: Duration = 420.0
    """How long the new version may take to serve."""


Guard = Literal[
    "strict-transport-security",
    "x-content-type-options",
    "frame-ancestors",
    "referrer-policy",
    "content-security-policy",
]


class CorsModel(Section):
    origin: str
    """The origin that may ask; a made-up one must be refused."""
    path: str = "/"
    """What it asks for."""
    service: str | None = None
    """Another service that is asked, such as the API behind a front end."""
    public: bool = False
    """Every origin may ask, without credentials."""


class ServiceModel(Section):
    url: str | dict[str, str] | None = None
    """Where it serves, by target where there are several; default: the target's, and a path is
    joined to it."""
    live: str = "/health"
    """Level 1: is it alive? A path."""
    ready: str | None = None
    """Level 2: is it ready, and what does it depend on? A path, whose answer may be of any dialect.
    """
    budget: Duration | None = None
    """Level 1 must answer in this time, at the best of three; slower is the signal `slow`."""
    timeout: Duration = 10.0
    """The total time limit of one request."""
    startup: PollingModel = Field(default_factory=PollingModel)
    """How often level 1 is tried until it is healthy."""
    version: VersionModel | None = None
    """Where it says which commit serves; polled until it is the one that was deployed."""
    spa: bool | Annotated[str, Field(pattern="^/")] = False
    """A front end whose routes all serve its index; a path, where only those below it do."""
    security_headers: bool | list[Guard] = False
    """The page must send the headers that guard its users; a list names which."""
    cors: CorsModel | None = None
    """Which pages of elsewhere may ask."""


class EndpointModel(Section):
    path: str
    """What is asked."""
    service: str | None = None
    """Whose URL it belongs to; default: the part of the key before the slash."""
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    """How it is asked."""
    headers: dict[str, str] = {}
    """What is sent along."""
    json_: Any = None
    """A body that is sent as JSON."""
    body: str | None = None
    """A body that is sent as it is."""
    expect: ExpectModel = Field(default_factory=ExpectModel)
    """What the answer must be."""
    critical: bool = False
    """A failure is the signal `critical-path`, else `smoke`."""
    timeout: Duration = 10.0
    """The total time limit of one request."""
    retry: RetryModel = Field(default_factory=RetryModel)
    """How often a failure is tried again before it counts."""


class RuleModel(Section):
    action: Literal["rollback", "block", "hold", "warn"] | None = None
    """What a confirmed failure asks for."""
    consecutive: Annotated[int, Field(ge=1)] | None = None
    """So many failures in a row confirm it."""
    limit: Ratio | None = None
    """The limit of a measured signal."""
    for_: Duration | None = None
    """Every reading of so long must fail."""


class WatchModel(Section):
    rate: Rate = 1.0
    """How often routes are called; more calls, an earlier decision."""
    health_every: Duration = 5.0
    """How often health and dependencies are asked."""
    resources_every: Duration = 10.0
    """How often resources are read."""


class HistoryModel(Section):
    url: str = "sqlite:///reports/history.sqlite"
    """Where runs are kept: sqlite:///FILE, or postgresql+psycopg://… shared by many runners."""
    retention: Duration = 90 * 86400.0
    """How long they are kept."""

    @field_validator("url")
    @classmethod
    def _known(cls, value: str) -> str:
        if value.startswith("sqlite:///") and value not in {"sqlite:///", "sqlite:///:memory:"}:
            return value
        if value.startswith(("postgresql+psycopg://", "postgresql://", "postgres://")):
            return value
        raise ValueError("expected sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE")


class Document(Section):
    """The whole file."""

    project: str = "project"
    """The name of the project, in every report and in the history."""
    runbooks: str | None = None
    """Where the team keeps its own pages on what to do: reports link to `<runbooks>/hold.md` and
    the like. Without it, ours is part of the Allure report."""
    default_target: str | None = None
    """The target of a run that names none."""
    targets: dict[str, TargetModel] = {}
    """Where the application is deployed."""
    services: dict[str, ServiceModel] | None = None
    """What serves there: an API, a front end."""
    dependencies: dict[str, DependencyModel] | None = None
    """What a service needs, as it reports it by itself (service/name), or asked directly (`kind`).
    """
    env: EnvModel | None = None
    """The values that a release will start with."""
    endpoints: dict[str, EndpointModel] | None = None
    """Smoke: requests with expectations."""
    journeys: dict[str, JourneyModel] | None = None
    """Level 3: ways through the application."""
    signals: dict[str, SignalModel] | None = None
    """Level 4 and the watch: what is measured."""
    release: ReleaseModel | None = None
    """What must be true before a release may start."""
    providers: ProvidersModel | None = None
    """Which place of a provider belongs to which target; never a token."""
    watch: WatchModel | None = None
    """How often the watch samples."""
    rules: dict[str, RuleModel] = {}
    """What a failing signal leads to; each key that is left out keeps its default."""
    history: HistoryModel | None = None
    """What earlier runs have found. Without the section nothing is kept."""
    notify: NotifyModel | None = None
    """Who is told of a decision."""

    @field_validator("targets", "services", "dependencies", "endpoints", "journeys", "signals")
    @classmethod
    def _slugs(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        for key in value or {}:
            if not is_slug(key):
                raise ValueError(f"the key {key!r} becomes a test ID: use {SLUG_FORM}")
        return value
