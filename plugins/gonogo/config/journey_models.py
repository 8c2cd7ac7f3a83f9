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
    critical: bool = False
    timeout: Duration = 10.0
    retry: RetryModel = Field(default_factory=RetryModel)


class AuthModel(_Journey):
    kind: Literal["auth"]
    login: _Text
    format: Literal["json", "form", "oauth2"] = "json"
    username: _Text
    password: _Text
    username_field: _Text = "username"
    password_field: _Text = "password"  # noqa: S105 - the name of a field
    fields: dict[str, str] = {}
    token: _Text = "access_token"  # noqa: S105 - a place in the answer
    cookie: str | None = None
    protected: _Text
    method: _Method = "GET"
    expect: ExpectModel = Field(default_factory=ExpectModel)
    refused: _Statuses = [400, 401, 403, 422]
    logout: str | None = None
    logout_method: _Method = "POST"
    wrong_password: bool = False
    settle: Duration = 5.0


class KeyModel(_Journey):
    kind: Literal["api-key"]
    path: _Text
    method: _Method = "GET"
    key: _Text
    header: _Text = "X-API-Key"
    prefix: str = ""
    query: str | None = None
    test_key: str | None = None
    live_targets: list[str] = ["production"]
    expect: ExpectModel = Field(default_factory=ExpectModel)
    refused: _Statuses = [400, 401, 403, 422]


class WriteModel(_Journey):
    kind: Literal["read-write"]
    path: _Text
    create: dict[str, Any]
    update: dict[str, Any] | None = None
    update_method: Literal["PUT", "PATCH", "POST"] = "PUT"
    headers: dict[str, str] = {}
    login: str | None = None
    id: _Text = "id"
    item: _Text = "@"
    list_: str | Literal[False] | None = None
    items: _Text = "@"
    compare: Annotated[list[str], Field(min_length=1)] | None = None
    gone: _Statuses = [404, 410]
    settle: Duration = 5.0
    sweep: Duration | None = None

    @field_validator("create")
    @classmethod
    def _marked(cls, value: dict[str, Any]) -> dict[str, Any]:
        if not any(isinstance(each, str) and MARK in each for each in value.values()):
            raise ValueError(f'one text must hold {MARK}, such as name = "{MARK}"')
        return value


JourneyModel = Annotated[AuthModel | KeyModel | WriteModel, Field(discriminator="kind")]
