"""What can be asked: frozen, plain descriptions that the configuration makes and probes read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.dependency import Direct


@dataclass(frozen=True, slots=True)
class Polling:
    """How often to ask again: at most `attempts` times, `interval` seconds apart."""

    attempts: int = 3
    interval: float = 5.0


@dataclass(frozen=True, slots=True)
class Version:
    """Where the served version can be read: `url`, JMESPath `field`, polled for `wait` seconds."""

    url: str
    field: str
    wait: float


@dataclass(frozen=True, slots=True)
class Service:
    """One service of the target. `live` is level 1, `ready` level 2; URLs are complete.

    `guesses` holds further places to look for a health answer where none was configured.
    """

    slug: str
    url: str
    live: str
    ready: str | None = None
    budget: float | None = None
    timeout: float = 10.0
    startup: Polling = Polling()
    version: Version | None = None
    guesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dependency:
    """A dependency as its service reports it under `name`, or asked directly by `kind`."""

    slug: str
    service: Service | None
    name: str
    critical: bool = False
    budget: float | None = None
    kind: str | None = None
    direct: Direct | None = None


JSON_TESTS = ("present", "equals", "min", "max", "contains", "length")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an endpoint must answer; `json` maps a JMESPath to a literal or a test of it."""

    status: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    budget: float | None = None
    body_contains: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One request of the smoke suite and what it must answer."""

    slug: str
    url: str
    service: str | None = None
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    expect: Expectation = Expectation()
    critical: bool = False
    timeout: float = 10.0
    retry: Polling = Polling(attempts=3, interval=1.0)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The TLS certificate of one host; `minimum` is the least number of days it must last."""

    slug: str
    host: str
    port: int
    minimum: float = 14.0


@dataclass(frozen=True, slots=True)
class Requirement:
    """Another target that must have a GO for the commit, at most `max_age` seconds old."""

    target: str
    max_age: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where the suites look. `url` is empty where only the environment is checked."""

    name: str
    url: str
    env_files: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    command: str | None = None
    confirm: str | None = None
    requires: Requirement | None = None
    provider: str | None = None
    grace: float = 60.0
    rollback_window: float = 3600.0
    frozen: bool | None = None
    frozen_file: str | None = None
