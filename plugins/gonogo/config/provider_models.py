"""The [providers.*] sections: which place of a provider belongs to which target. No tokens."""

import shlex
from typing import Annotated

from pydantic import AfterValidator, Field

from gonogo.config.section import Section


def _api(value: str) -> str:
    if not value.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise ValueError("expected an https URL: a token is sent there")
    return value.rstrip("/").removesuffix("/graphql/v2").removesuffix("/v1")


Api = Annotated[str, AfterValidator(_api)]
Ids = str | dict[str, str]


class RailwayModel(Section):
    api: Api = "https://backboard.railway.com"
    project: Ids | None = None
    environment: Ids | None = None
    service: Ids | None = None


class RenderModel(Section):
    api: Api = "https://api.render.com"
    service: Ids | None = None


def _restore(value: str) -> str:
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise ValueError(f"not a command: {error}") from None
    if not words or not any("{id}" in word or "{commit}" in word for word in words):
        raise ValueError("expected a command with {id} or {commit}, what to bring back")
    return value


class LocalModel(Section):
    """`state` is a file that says what is deployed, by target where there are several."""

    state: Ids | None = None
    restore: Annotated[str, AfterValidator(_restore)] | None = None


class ProvidersModel(Section):
    local: LocalModel = Field(default_factory=LocalModel)
    railway: RailwayModel = Field(default_factory=RailwayModel)
    render: RenderModel = Field(default_factory=RenderModel)
