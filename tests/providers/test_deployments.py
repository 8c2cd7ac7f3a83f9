"""What providers list, and what they do when they are asked to restore."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import NoDeprecatedCustomRule, build_client_schema, parse, specified_rules, validate
from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.config.provider_models import ProvidersModel
from gonogo.config.providers import hosting
from gonogo.core.errors import Declined, EvidenceUnavailable
from gonogo.core.past import Identity
from gonogo.core.provider import (
    LISTED,
    Asked,
    Deployed,
    State,
    can_be_restored,
    goal_of,
    live_of,
)
from gonogo.probes.engine import Engine
from gonogo.providers import railway as railway_queries
from gonogo.providers import render as render_words
from gonogo.providers.port import PROVIDERS, Provider, provider
from tests.doubles.railway import ACCOUNT_TOKEN, PRODUCTION, PROJECT, SDL, SERVICE, Railway
from tests.doubles.render import Render

SCHEMA = Path(__file__).parents[2].parent / "shared" / "platforms" / "railway-schema.json"
Wish = Callable[[Provider], Any]


def ask(
    name: str, section: Mapping[str, Any], wish: Wish, environ: Mapping[str, str], root: str = "."
) -> Any:
    """Ask a provider one thing, on a real engine; pauses take no time."""
    models = ProvidersModel.model_validate({name: section})
    place = hosting(name, "production", models, environ)
    place = replace(place, root=root)
    engine = Engine()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    try:
        return engine.submit(wish(provider(place, engine.fetch, sleep))).result(20)
    finally:
        engine.close()


slept: list[float] = []


@pytest.fixture
def railway(httpserver: HTTPServer) -> Railway:
    double = Railway(httpserver)
    double.deployed("d1", "REMOVED", "aaa1111", 60)
    double.deployed("d2", "FAILED", "bad0000", 30)
    double.deployed("d3", "SUCCESS", "bbb2222", 10)
    return double


@pytest.fixture
def render(httpserver: HTTPServer) -> Render:
    double = Render(httpserver)
    double.deployed("d1", "deactivated", "aaa1111", 60)
    double.deployed("d2", "build_failed", "bad0000", 30)
    double.deployed("d3", "live", "bbb2222", 10)
    return double


@pytest.fixture
def local(tmp_path: Path) -> Path:
    deployments = [
        {"id": "d1", "commit": "aaa1111", "created_at": "2026-01-01T00:00:00Z"},
        {"id": "d2", "commit": "bad0000", "created_at": "2026-01-02T00:00:00Z", "status": "ended"},
        {"id": "d3", "commit": "bbb2222", "created_at": "2026-01-03T00:00:00Z"},
    ]
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"serving": "d3", "deployments": deployments}))
    return file


RESTORE = (
    "import json, sys; s = json.load(open('state.json')); s['serving'] = sys.argv[1];"
    "json.dump(s, open('state.json', 'w'))"
)


@pytest.fixture(params=["railway", "render", "local"])
def asked(request: pytest.FixtureRequest) -> Callable[[Wish], Any]:
    """A way to ask each provider about the same three deployments."""
    name = request.param
    double = request.getfixturevalue(name)
    if name == "local":
        section = {"state": "state.json", "restore": f'"{sys.executable}" -c "{RESTORE}" {{id}}'}
        return lambda wish: ask(name, section, wish, {}, str(double.parent))
    return lambda wish: ask(name, {"api": double.url}, wish, double.environ())


def listed(port: Provider) -> Any:
    return port.deployments()


def test_deployments_come_with_the_newest_first(asked: Callable[[Wish], Any]) -> None:
    found: list[Deployed] = asked(listed)

    assert [(each.id, each.state, each.commit) for each in found] == [
        ("d3", State.LIVE, "bbb2222"),
        ("d2", State.ENDED, "bad0000"),
        ("d1", State.REPLACED, "aaa1111"),
    ]
    assert can_be_restored(found, Identity(commit="bad0000")) is False


def test_what_was_restored_serves(asked: Callable[[Wish], Any]) -> None:
    goal = goal_of(asked(listed), Identity(commit="aaa1111"))
    assert goal is not None
    made: Asked = asked(lambda port: port.restore(goal))
    live = live_of(asked(listed))

    assert live is not None
    assert live.commit == "aaa1111"
    assert made.id in {None, live.id}
    assert asked(lambda port: port.status(live.id)) == live


def test_one_that_is_not_known_is_no_answer(asked: Callable[[Wish], Any]) -> None:
    with pytest.raises(EvidenceUnavailable, match=r"not found|check the ids|lists no deployment"):
        asked(lambda port: port.status("d9"))


def test_every_state_of_railway_has_a_meaning(railway: Railway) -> None:
    words = SDL.partition("enum DeploymentStatus {")[2].partition("}")[0].split()

    assert set(words) == railway_queries.STATES.keys()
    railway.deployments.clear()
    for age, word in enumerate(words):
        railway.deployed(word, word, "aaa1111", age)
    found = ask("railway", {"api": railway.url}, listed, railway.environ())
    assert {each.id: each.state for each in found} == railway_queries.STATES
    assert [each.id for each in found if each.restorable] == ["REMOVED"]


def test_every_state_of_render_has_a_meaning(render: Render) -> None:
    render.deploys.clear()
    for age, word in enumerate([*render_words.STATES, "brand_new_word"]):
        render.deployed(word, word, "aaa1111", age)
    found = ask("render", {"api": render.url}, listed, render.environ())

    assert {each.id: each.state for each in found} == {
        **render_words.STATES,
        "brand_new_word": State.UNKNOWN,
    }


def test_an_expired_image_cannot_be_restored(railway: Railway) -> None:
    railway.deployments[-1]["canRollback"] = False
    section, environ = {"api": railway.url}, railway.environ()
    found = ask("railway", section, listed, environ)
    goal = goal_of(found, Identity(id="d1"))

    assert can_be_restored(found, Identity(id="d1")) is False
    assert goal is not None
    with pytest.raises(Declined, match="its image has expired"):
        ask("railway", section, lambda port: port.restore(goal), environ)


GOAL = Deployed("d1", State.REPLACED)
NO: list[tuple[Response, bool, str]] = [
    (Response('{"errors": [{"message": "Not  now"}]}', 200), True, "Not now"),
    (Response('{"data": {"deploymentRollback": false}}', 200), True, "did not roll back"),
    (Response('{"data": null}', 200), False, "without any data"),
    (Response("<html>hello", 200), False, "the body is not JSON"),
    (Response("{}", 403), True, "give one that may"),
    (Response("", 502), False, "502"),
    (Response("", 408), False, "408"),
]


@pytest.mark.parametrize(("answer", "declined", "told"), NO)
def test_a_no_is_told_from_silence(
    railway: Railway, answer: Response, *, declined: bool, told: str
) -> None:
    ids = {"RAILWAY_PROJECT_ID": PROJECT, "RAILWAY_ENVIRONMENT_ID": PRODUCTION}
    railway.instead = [answer]  # a second question would be answered well
    with pytest.raises(EvidenceUnavailable, match=told) as silence:
        ask(
            "railway",
            {"api": railway.url},
            lambda port: port.restore(GOAL),
            {**railway.environ(), **ids},
        )

    assert isinstance(silence.value, Declined) is declined
    assert railway.deployments[0]["id"] == "d3"


def test_what_came_too_early_is_asked_for_again(railway: Railway, render: Render) -> None:
    slept.clear()
    ids = {"RAILWAY_PROJECT_ID": PROJECT, "RAILWAY_ENVIRONMENT_ID": PRODUCTION}
    railway.instead = [Response("", 429, {"Retry-After": "7"})]
    render.instead = [Response("", 429, {"Ratelimit-Reset": "3"})]
    environ = {**railway.environ(), **ids}
    ask("railway", {"api": railway.url}, lambda port: port.restore(GOAL), environ)
    made = ask("render", {"api": render.url}, lambda p: p.restore(GOAL), render.environ())

    assert slept == [7.0, 3.0]
    assert railway.deployments[0]["id"] == made.id == "d1-again"


def test_an_account_token_restores_as_well(railway: Railway) -> None:
    environ = {
        "RAILWAY_API_TOKEN": ACCOUNT_TOKEN,
        "RAILWAY_PROJECT_ID": PROJECT,
        "RAILWAY_ENVIRONMENT_ID": PRODUCTION,
        "RAILWAY_SERVICE_ID": SERVICE,
    }
    ask("railway", {"api": railway.url}, lambda port: port.restore(GOAL), environ)

    assert railway.deployments[0]["id"] == "d1-again"


def test_render_says_why_not(render: Render) -> None:
    failed = Deployed("d2", State.ENDED)
    with pytest.raises(Declined, match="it was not successful"):
        ask("render", {"api": render.url}, lambda port: port.restore(failed), render.environ())
    with pytest.raises(EvidenceUnavailable, match="401"):
        ask("render", {"api": render.url}, listed, {**render.environ(), "RENDER_API_KEY": "x"})
    render.instead = [Response("{}", 200)]
    with pytest.raises(EvidenceUnavailable, match="form that is not known"):
        ask("render", {"api": render.url}, listed, render.environ())


STATES = {
    "no file": (None, "cannot be read"),
    "nothing": ("", "no state of a deployment"),
    "no key": ("{}", r"\(no 'serving'\); expected .*deployments"),
    "a list": ("[]", "no state of a deployment"),
    "no id": ('{"serving": "a", "deployments": [{"commit": "a"}]}', "no state"),
    "no time": ('{"serving": "a", "deployments": [{"id": "a", "created_at": "now"}]}', "no state"),
    "twice": ('{"serving": "a", "deployments": [{"id": "a"}, {"id": "a"}]}', "an id twice"),
    "deep": ("[" * 100_000, "no state"),
}


@pytest.mark.parametrize("case", STATES)
def test_a_state_that_cannot_be_read_is_no_answer(tmp_path: Path, case: str) -> None:
    text, told = STATES[case]
    if text is not None:
        (tmp_path / "s.json").write_text(text)
    with pytest.raises(EvidenceUnavailable, match=told):
        ask("local", {"state": {"production": "s.json"}}, listed, {}, str(tmp_path))


COMMANDS = {
    "sh -c 'echo {id} {commit} > got'": None,
    "sh -c 'echo starting; echo no such {id} >&2; exit 3'": "sh ended with 3: no such d1",
    "no-such-program {id}": "no-such-program cannot be run",
    "sh -c 'sleep 30 & echo {id} > got'": None,  # what it leaves running holds nothing up
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_restore_command_is_run_without_a_shell(tmp_path: Path, command: str) -> None:
    goal = Deployed("d1", State.REPLACED, commit="aaa1111")
    section, told = {"state": "s", "restore": command}, COMMANDS[command]

    def restore(port: Provider) -> Any:
        return asyncio.wait_for(port.restore(goal), 10)

    if told is None:
        assert ask("local", section, restore, {}, str(tmp_path)).id == goal.id
        return
    with pytest.raises(Declined, match=told):
        ask("local", section, restore, {}, str(tmp_path))


def test_no_id_becomes_a_command(tmp_path: Path) -> None:
    goal, section = Deployed("d1; touch x", State.REPLACED), {"restore": "sh -c 'echo {id}'"}
    with pytest.raises(Declined, match="is not passed to a command"):
        ask("local", section, lambda port: port.restore(goal), {}, str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["restore the last one", "restore '{id}", ""])
def test_a_command_must_say_what_it_brings_back(command: str) -> None:
    with pytest.raises(ValueError, match=r"\{id\} or|not a command"):
        ProvidersModel.model_validate({"local": {"restore": command}})


def many(*more: Deployed) -> list[Deployed]:
    return [*more, *(Deployed(f"x{n}", State.REPLACED) for n in range(LISTED))][:LISTED]


OLD = Deployed("d1", State.REPLACED, 1, "aaa1111", restorable=True)
GONE = Deployed("d0", State.REPLACED, 0, "aaa1111", restorable=False)
WANTED = [
    ([OLD], Identity("d1"), True),
    ([OLD, GONE], Identity(commit="aaa1111ffff"), True),
    ([GONE], Identity(commit="aaa1111"), False),
    ([OLD, GONE], Identity("d0", "aaa1111"), True),  # the same commit, in an image that is left
    ([Deployed("d1", State.REPLACED)], Identity("d1"), None),
    ([Deployed("d1", State.ENDED)], Identity("d1"), False),
    ([Deployed("d1", State.UNDER_WAY, restorable=True)], Identity("d1"), False),
    ([OLD], Identity("d7"), False),
    (many(), Identity("d7"), None),
    ([], Identity("d7"), False),
    ([OLD], Identity(), None),
]


@pytest.mark.parametrize(("found", "wanted", "able"), WANTED)
def test_what_can_be_restored(found: list[Deployed], wanted: Identity, *, able: bool) -> None:
    assert can_be_restored(found, wanted) is able


def test_every_provider_is_in_the_table() -> None:
    folder = Path(railway_queries.__file__).parent
    shared = {"__init__", "client", "masked", "port", "github"}  # GitHub hosts nothing

    assert {file.stem for file in folder.glob("*.py")} - shared == PROVIDERS.keys()


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Railway is not beside this project")
def test_each_query_fits_the_schema_of_railway() -> None:
    schema = build_client_schema(json.loads(SCHEMA.read_text())["data"], assume_valid=True)
    rules = [*specified_rules, NoDeprecatedCustomRule]
    for name in ("DEPLOYMENTS", "DEPLOYMENT", "ROLLBACK"):
        assert not validate(schema, parse(getattr(railway_queries, name)), rules), name
