"""`gonogo rollback` against the APIs of Railway and Render, as they really answer."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug import Response

from tests.doubles.railway import Railway
from tests.doubles.render import Render

from .conftest import NEW, OLD, Scene

Capture = pytest.CaptureFixture[str]
# stands in for health and smoke, which other tests run: says GO, and keeps how it was called
GO = """
import json, pathlib, sys
words = sys.argv[1:]
folder = pathlib.Path(words[words.index("--gonogo-report-dir") + 1])
folder.mkdir(parents=True, exist_ok=True)
record = {"decision": "GO", "scope": "complete", "words": words}
(folder / "decision.json").write_text(json.dumps(record))
"""


def calls_nobody(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    (scene.folder / "go.py").write_text(GO)
    monkeypatch.setenv("PYTEST", f"{sys.executable} go.py")


@pytest.fixture
def railway(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Railway:
    calls_nobody(scene, monkeypatch)
    double = Railway(scene.server)
    for name, value in double.environ().items():
        monkeypatch.setenv(name, value)
    section = f'[providers.railway]\napi = "{double.url}"\n'
    scene.write('provider = "railway"', section)
    double.deployed("d1", "REMOVED", OLD, 60)
    double.deployed("d2", "SUCCESS", NEW, 10)
    double.on_rollback = lambda _name: switch(scene)
    return double


@pytest.fixture
def render(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Render:
    calls_nobody(scene, monkeypatch)
    double = Render(scene.server)
    for name, value in double.environ().items():
        monkeypatch.setenv(name, value)
    scene.write('provider = "render"', f'[providers.render]\napi = "{double.url}"\n')
    double.deployed("d1", "deactivated", OLD, 60)
    double.deployed("d2", "live", NEW, 10)
    double.on_rollback = lambda _name: switch(scene)
    return double


def switch(scene: Scene) -> None:
    """The version before takes the traffic."""
    body = json.loads((scene.folder / "state.json").read_text())
    scene.state({**body, "serving": "d1"})


def words(folder: Path) -> list[str]:
    record = json.loads((folder / "reports/out/post-rollback/decision.json").read_text())
    return list(record["words"])


@pytest.mark.parametrize("host", ["railway", "render"])
def test_the_deployment_that_a_host_makes_is_verified(
    scene: Scene, request: pytest.FixtureRequest, capfd: Capture, host: str
) -> None:
    request.getfixturevalue(host)
    code = scene.rollback()
    said = capfd.readouterr().err

    assert code == 0, said
    called = words(scene.folder)
    assert called[called.index("--gonogo-deployment") + 1] == "d1-again"
    assert called[called.index("--gonogo-commit") + 1] == OLD
    assert scene.rollback("--dry-run") == 0
    assert "d1-again (aaa1111) serves already" in capfd.readouterr().err


def expired(railway: Railway) -> None:
    railway.deployments[-1]["canRollback"] = False


def changed(**fields: object) -> Callable[[Railway], None]:
    def change(railway: Railway) -> None:
        for name, value in fields.items():
            assert hasattr(railway, name)
            setattr(railway, name, value)

    return change


def crashed(railway: Railway) -> None:
    railway.deployments[0]["status"] = "CRASHED"


def garbage(railway: Railway) -> None:
    railway.instead = [Response("<html>maintenance", 200)] * 9


def nothing(_name: str) -> None:
    """The API says that it will, and nothing takes the traffic."""


CASES: dict[str, tuple[Callable[[Railway], None], int, str, list[str]]] = {
    "it has crashed": (crashed, 0, "health and smoke: GO", ["verified"]),
    "the answer gets lost": (
        changed(lost=True),
        0,
        "did not answer, asking what serves",
        ["verified"],
    ),
    "an expired image": (expired, 30, "target_not_restorable", []),
    "a page for an answer": (garbage, 40, "the body is not JSON", []),
    "errors with 200": (
        changed(errors=[{"message": "Problem processing request"}]),
        40,
        "Problem processing request",
        [],
    ),
    "a no": (
        changed(refused={"deploymentRollback"}),
        30,
        "not restored: Railway answers: Problem",
        ["declined"],
    ),
    "false": (changed(becomes=None), 30, "did not roll back to d1", ["declined"]),
    "accepted, and never served": (
        changed(on_rollback=nothing),
        30,
        "restored, says the provider, but not what serves",
        ["not served"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_railway_may_do(scene: Scene, railway: Railway, capfd: Capture, case: str) -> None:
    change, expected, told, noted = CASES[case]
    change(railway)
    code = scene.rollback()
    said = capfd.readouterr().err

    assert code == expected, said
    assert told in said
    assert scene.attempts == noted


@pytest.mark.parametrize("host", ["railway", "render"])
def test_nobody_waits_for_what_has_failed(
    scene: Scene, request: pytest.FixtureRequest, capfd: Capture, host: str
) -> None:
    double: Railway | Render = request.getfixturevalue(host)
    double.on_rollback = nothing
    double.becomes = "FAILED" if host == "railway" else "update_failed"
    file = scene.folder / "gonogo.toml"
    file.write_text(file.read_text().replace('wait = "1s"', 'wait = "60s"'))
    began = time.monotonic()
    code = scene.rollback()

    assert (code, scene.attempts) == (30, ["not served"])
    assert time.monotonic() - began < 30
    assert f"the provider says of d1-again ({OLD}): {double.becomes}" in capfd.readouterr().err
