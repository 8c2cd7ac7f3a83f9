"""The [journeys.*] sections, one model for each kind."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from gonogo.config.expect_models import ExpectModel, RetryModel
from gonogo.config.section import Section
from gonogo.config.values import Duration

MARK = "{mark}"
_Refusal = Annotated[int, Field(ge=300, le=499)]
_Statuses = Annotated[list[_Refusal], Field(min_length=1)]
_Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_Text = Annotated[str, Field(min_length=1)]


class _Journey(Section):
    service: str | None = None
    """Whose URL it belongs to; default: the part of the key before the slash."""
    critical: bool = False
    """A failure is the signal `critical-path`, else `smoke`."""
    timeout: Duration = 10.0
    """The total time limit of each request."""
    retry: RetryModel = Field(default_factory=RetryModel)
    """How often a walk is made anew after a transport error; nothing else is tried again."""


class AuthModel(_Journey):
    kind: Literal["auth"]
    """Log in, use what was given, log out."""
    login: _Text
    """The path that takes user and password."""
    format: Literal["json", "form", "oauth2"] = "json"
    """How they are sent."""
    username: _Text
    """A user that exists for this purpose only."""
    password: _Text
    """Its password, as `${NAME}`."""
    username_field: _Text = "username"
    """What the login calls the user."""
    password_field: _Text = "password"  # noqa: S105 - the name of a field
    """What the login calls the password."""
    fields: dict[str, str] = {}
    """What else the login is sent."""
    token: _Text = "access_token"  # noqa: S105 - a place in the answer
    """A JMESPath to the token in the answer."""
    cookie: str | None = None
    """The login gives this cookie, not a token."""
    protected: _Text
    """A path that must answer with the token, and refuse without and with a wrong one."""
    method: _Method = "GET"
    """How the protected path is asked."""
    expect: ExpectModel = Field(default_factory=ExpectModel)
    """What the protected path must answer."""
    refused: _Statuses = [400, 401, 403, 422]
    """Which statuses count as refused."""
    logout: str | None = None
    """A path after which the token must be worthless."""
    logout_method: _Method = "POST"
    """How it is asked."""
    wrong_password: bool = False
    """Also try a wrong password, which must be refused; it may count towards a lock."""
    settle: Duration = 5.0
    """How long a login or a logout may take to be known everywhere."""


class KeyModel(_Journey):
    kind: Literal["api-key"]
    """A valid key is accepted; none and a wrong one are refused."""
    path: _Text
    """What is asked."""
    method: _Method = "GET"
    """How it is asked."""
    key: _Text
    """The key, as `${NAME}`."""
    header: _Text = "X-API-Key"
    """The header that carries it."""
    prefix: str = ""
    """What stands before it in the header, such as `Bearer `."""
    query: str | None = None
    """A query parameter carries it, not a header."""
    test_key: str | None = None
    """A key of test mode, which live targets must refuse."""
    live_targets: list[str] = ["production"]
    """The targets that refuse it."""
    expect: ExpectModel = Field(default_factory=ExpectModel)
    """What the answer to the valid key must be."""
    refused: _Statuses = [400, 401, 403, 422]
    """Which statuses count as refused."""


class WriteModel(_Journey):
    kind: Literal["read-write"]
    """Create, read back, change, list and delete one thing."""
    path: _Text
    """Where things are created and found."""
    create: dict[str, Any]
    """What is created; one text holds `{mark}`, by which it is known as ours."""
    update: dict[str, Any] | None = None
    """What is changed."""
    update_method: Literal["PUT", "PATCH", "POST"] = "PUT"
    """How it is changed."""
    headers: dict[str, str] = {}
    """What is sent along, such as a token."""
    login: str | None = None
    """A journey of kind auth whose login is used."""
    id: _Text = "id"
    """A JMESPath to the id in the answer."""
    item: _Text = "@"
    """A JMESPath to the thing in an answer."""
    list_: str | Literal[False] | None = None
    """Another path of the list; false where there is none."""
    items: _Text = "@"
    """A JMESPath to the things in the list."""
    compare: Annotated[list[str], Field(min_length=1)] | None = None
    """The fields that must come back as they were sent; default: all of them."""
    gone: _Statuses = [404, 410]
    """Which statuses say that it is deleted."""
    settle: Duration = 5.0
    """How long a write may take to be seen."""
    sweep: Duration | None = None
    """Remove leftovers of ours that are older than this; 5m at the least."""

    @field_validator("create")
    @classmethod
    def _marked(cls, value: dict[str, Any]) -> dict[str, Any]:
        if not any(isinstance(each, str) and MARK in each for each in value.values()):
            raise ValueError(f'one text must hold {MARK}, such as name = "{MARK}"')
        return value


JourneyModel = Annotated[AuthModel | KeyModel | WriteModel, Field(discriminator="kind")]
