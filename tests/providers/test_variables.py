"""What providers say of variables, asked over real sockets."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from graphql import NoDeprecatedCustomRule, build_client_schema, parse, specified_rules, validate
from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.config.provider_models import ProvidersModel
from gonogo.config.providers import hosting, tokens
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.provider import Provided
from gonogo.probes.engine import Engine
from gonogo.providers import railway as railway_queries
from gonogo.providers.port import provider
from tests.doubles import railway as double
from tests.doubles.railway import ACCOUNT_TOKEN, PRODUCTION, PROJECT, STAGING, Railway
from tests.doubles.render import SERVICE, TOKEN, Render

SCHEMA = Path(__file__).parents[2].parent / "shared" / "platforms" / "railway-schema.json"


class Clock:
    """Sleeps without waiting."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def ask(
    name: str,
    url: str,
    environ: Mapping[str, str],
    section: Mapping[str, Any] | None = None,
    target: str = "production",
    own: bool = True,
) -> tuple[Provided, list[float]]:
    models = ProvidersModel.model_validate({name: {"api": url, **(section or {})}})
    place = hosting(name, target, models, environ, own=own)
    clock, engine = Clock(), Engine()
    try:
        found = provider(place, engine.fetch, clock.sleep).variables()
        return engine.submit(found).result(20), clock.slept
    finally:
        engine.close()


@pytest.fixture
def railway(httpserver: HTTPServer) -> Railway:
    return Railway(
        httpserver,
        values={PRODUCTION: {"NAME": "shop", "PORT": "80"}, STAGING: {"NAME": "shop staging"}},
        sealed={PRODUCTION: ["JWT_SECRET", "PAY_KEY"]},
    )


def test_a_project_token_knows_its_project_and_environment(railway: Railway) -> None:
    found, _ = ask("railway", railway.url, railway.environ())

    assert found.values == {"NAME": "shop", "PORT": "80", **double.INJECTED}
    assert found.sealed == {"JWT_SECRET", "PAY_KEY"}
    assert found.doubt is None


def test_an_account_token_needs_every_id(railway: Railway) -> None:
    environ = railway.environ("RAILWAY_API_TOKEN")
    with pytest.raises(EvidenceUnavailable, match="which project of Railway"):
        ask("railway", railway.url, environ)

    ids = {"project": PROJECT, "environment": {"production": PRODUCTION, "staging": STAGING}}
    found, _ = ask("railway", railway.url, environ, ids, target="staging", own=False)
    assert found.values["NAME"] == "shop staging"


@pytest.mark.parametrize("value", [None, "*****", "\u2022\u2022\u2022\u2022", "[redacted]"])
def test_a_veiled_value_is_only_known_to_be_set(railway: Railway, value: str | None) -> None:
    railway.values[PRODUCTION]["TOKEN"] = value
    found, _ = ask("railway", railway.url, railway.environ())

    assert "TOKEN" in found.sealed
    assert "TOKEN" not in found.values


def test_names_are_in_doubt_where_sealed_ones_are_not_told(railway: Railway) -> None:
    railway.refused = {"environment"}
    found, _ = ask("railway", railway.url, railway.environ())

    assert found.values["NAME"] == "shop"
    assert "which variables are sealed" in str(found.doubt)
    assert "Problem processing request" in str(found.doubt)


SILENT_RAILWAY: dict[str, tuple[dict[str, str], str]] = {
    "no token": ({"RAILWAY_TOKEN": ""}, "set RAILWAY_TOKEN"),
    "a wrong token": ({"RAILWAY_TOKEN": "other"}, "Railway answers: Not Authorized"),
    "an account's as a project's": ({"RAILWAY_TOKEN": ACCOUNT_TOKEN}, "Not Authorized"),
    "another environment": (
        {"RAILWAY_PROJECT_ID": PROJECT, "RAILWAY_ENVIRONMENT_ID": STAGING},
        "Not Authorized",
    ),
    "no service": ({"RAILWAY_SERVICE_ID": ""}, "which service of Railway"),
}


@pytest.mark.parametrize("case", SILENT_RAILWAY)
def test_railway_without_an_answer_is_a_silent_witness(railway: Railway, case: str) -> None:
    environ, told = SILENT_RAILWAY[case]
    with pytest.raises(EvidenceUnavailable, match=told):
        ask("railway", railway.url, {**railway.environ(), **environ})


def test_no_variable_at_all_is_no_answer(railway: Railway) -> None:
    environ = {**railway.environ(), "RAILWAY_SERVICE_ID": "another"}
    railway.sealed = {}
    with pytest.raises(EvidenceUnavailable, match="knows no variable of this service"):
        ask("railway", railway.url, environ)


def test_a_limited_api_is_asked_again_when_it_says(railway: Railway) -> None:
    railway.instead = [Response("slow down", 429, {"Retry-After": "7"}), Response("", 502)]
    found, slept = ask("railway", railway.url, railway.environ())

    assert found.values["NAME"] == "shop"
    assert slept == [7.0, 4.0]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Response("{}", 429), "the rate limit is used up"),
        (Response("<html>blocked", 403), "give one that may"),
        (Response("<html>hello", 200), "the body is not JSON"),
        (Response('{"data": null}', 200), "without any data"),
        (Response('{"data": {"variables": 1}}', 200), "which project"),
        (Response('{"errors": [{"message": "Over  quota"}]}', 200), "Over quota"),
        (Response("", 302, {"Location": "/elsewhere"}), "302"),
    ],
)
def test_any_other_answer_is_no_evidence(railway: Railway, answer: Response, told: str) -> None:
    railway.instead = [answer] * 3
    with pytest.raises(EvidenceUnavailable, match=told) as silence:
        ask("railway", railway.url, railway.environ())

    assert double.PROJECT_TOKEN not in str(silence.value)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Railway is not beside this project")
def test_each_query_fits_the_schema_of_railway() -> None:
    schema = build_client_schema(json.loads(SCHEMA.read_text())["data"], assume_valid=True)
    queries = {
        name: text
        for name, text in vars(railway_queries).items()
        if isinstance(text, str) and text.lstrip().startswith(("query", "mutation"))
    }

    assert {"WHERE", "VARIABLES", "SEALED"} <= queries.keys()
    rules = [*specified_rules, NoDeprecatedCustomRule]
    assert not [each for text in queries.values() for each in validate(schema, parse(text), rules)]


@pytest.fixture
def render(httpserver: HTTPServer) -> Render:
    own = {f"NAME_{n}": str(n) for n in range(150)}
    return Render(
        httpserver,
        values={SERVICE: {**own, "BOTH": "own"}},
        groups={
            "evg-1": ({"BOTH": "group", "SHARED": "yes"}, [SERVICE]),
            "evg-2": ({"FOREIGN": "no"}, ["srv-other"]),
        },
    )


def test_render_turns_pages_and_adds_linked_groups(render: Render) -> None:
    found, _ = ask("render", render.url, render.environ())

    assert len(found.values) == 152
    assert (found.values["BOTH"], found.values["SHARED"]) == ("own", "yes")
    assert "FOREIGN" not in found.values


def test_groups_that_may_not_be_read_leave_a_doubt(render: Render) -> None:
    render.forbidden = {"env-groups"}
    found, _ = ask("render", render.url, render.environ())

    assert found.values["BOTH"] == "own"
    assert "environment groups" in str(found.doubt)


SILENT_RENDER: dict[str, tuple[dict[str, str], str]] = {
    "no key": ({"RENDER_API_KEY": ""}, "set RENDER_API_KEY"),
    "a wrong key": ({"RENDER_API_KEY": "rnd_other"}, "401.*Unauthorized.*the token may not read"),
    "no service": ({"RENDER_SERVICE_ID": ""}, "which service of Render"),
    "an unknown service": ({"RENDER_SERVICE_ID": "srv-x/../y"}, "404.*check the ids"),
}


@pytest.mark.parametrize("case", SILENT_RENDER)
def test_render_without_an_answer_is_a_silent_witness(render: Render, case: str) -> None:
    environ, told = SILENT_RENDER[case]
    with pytest.raises(EvidenceUnavailable, match=told) as silence:
        ask("render", render.url, {**render.environ(), **environ})

    assert TOKEN not in str(silence.value)


def test_render_is_asked_again_after_its_limit_resets(render: Render) -> None:
    render.instead = [Response("{}", 429, {"Ratelimit-Reset": "3"})]
    _, slept = ask("render", render.url, render.environ())

    assert slept == [3.0]


def test_a_target_may_have_ids_and_a_token_of_its_own() -> None:
    environ = {
        "RAILWAY_TOKEN": "a",
        "RAILWAY_TOKEN_EU_WEST": "b",
        "RAILWAY_ENVIRONMENT_ID": "own",
        "RENDER_API_KEY": "c",
    }
    models = ProvidersModel.model_validate({"railway": {"environment": {"staging": "s"}}})
    own = hosting("railway", "production", models, environ)
    west = hosting("railway", "eu-west", models, environ, own=False)
    staging = hosting("railway", "staging", models, environ, own=False)

    assert (own.token, own.environment) == ("a", "own")
    assert (west.token, west.environment) == ("b", None)
    assert (staging.token, staging.environment) == (None, "s")
    assert set(tokens(environ)) == {"a", "b", "c"}
