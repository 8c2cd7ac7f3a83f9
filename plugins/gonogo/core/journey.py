"""Ways through an application that a run walks as a client would: frozen, plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.subject import Expectation, Polling

MARK = "{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What all journeys have: `url` is the base, `timeout` in seconds for each request."""

    slug: str
    url: str
    service: str | None = None
    critical: bool = False
    timeout: float = 10.0
    retry: Polling


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthWay(Way):
    """Log in, use what was given, and see it refused where it must be.

    `settle` is how long, in seconds, a login or a logout may take to be known everywhere.

    `form` is json, form or oauth2; `token` a JMESPath into the answer, unless `cookie` names one.
    """

    login: str
    form: str
    fields: Mapping[str, str] = field(repr=False)  # user, password and what else is sent
    password_field: str
    token: str
    cookie: str | None
    protected: str
    method: str
    expect: Expectation
    refused: tuple[int, ...]
    logout: str | None
    logout_method: str
    wrong_password: bool
    settle: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWay(Way):
    """A valid key is accepted; none, a wrong one, and on a live target a test key are refused."""

    path: str
    method: str
    key: str = field(repr=False)
    header: str
    prefix: str
    query: str | None
    test_key: str | None = field(repr=False)
    expect: Expectation
    refused: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteWay(Way):
    """Create, read back, update, list and delete one thing that carries the mark of its run.

    `id`, `item` and `items` are JMESPaths. `settle` is how long, in seconds, a write may take to
    be seen; leftovers older than `sweep` seconds are removed first.
    """

    path: str
    create: Mapping[str, Any]
    update: Mapping[str, Any] | None
    update_method: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    login: AuthWay | None
    id: str
    item: str
    list: str | None
    items: str
    compare: tuple[str, ...] | None
    gone: tuple[int, ...]
    settle: float
    sweep: float | None
