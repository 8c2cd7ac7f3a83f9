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
    """Where its API is."""
    project: Ids | None = None
    """The id of the project."""
    environment: Ids | None = None
    """The id of the environment, by target where there are several."""
    service: Ids | None = None
    """The id of the service, by target where there are several."""


class RenderModel(Section):
    api: Api = "https://api.render.com"
    """Where its API is."""
    service: Ids | None = None
    """The id of the service, by target where there are several."""


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
    """A JSON file that says what is deployed, by target where there are several."""
    restore: Annotated[str, AfterValidator(_restore)] | None = None
    """A command that brings back `{id}` or `{commit}`."""


class ProvidersModel(Section):
    local: LocalModel = Field(default_factory=LocalModel)
    """Any place that a command can restore."""
    railway: RailwayModel = Field(default_factory=RailwayModel)
    """A service on Railway; the token is in RAILWAY_TOKEN or RAILWAY_API_TOKEN."""
    render: RenderModel = Field(default_factory=RenderModel)
    """A service on Render; the token is in RENDER_API_KEY."""
