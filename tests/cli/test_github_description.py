"""Each request of `gonogo github` is one that GitHub's published description knows.

The description is large, and not among the dependencies: `npm pack @octokit/openapi`, unpack it,
and give its folder `generated` in OCTOKIT_OPENAPI.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.cli.github_scene import LIVE, SLOW, Scene
from tests.doubles.github_places import Places

jsonschema = pytest.importorskip("jsonschema")
FILE = Path(os.environ.get("OCTOKIT_OPENAPI", "nowhere")) / "api.github.com.json"
pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason="no description of GitHub: give OCTOKIT_OPENAPI, see this file"
)
EVERYTHING = ("--comment", "--status", "--deployment", "--issue", "--dispatch", "monitor.yml")


@pytest.fixture(scope="module")
def description() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


def operation(description: Any, method: str, path: str) -> tuple[str, Any]:
    """Return the most literal template that fits a path, and what it says of a method."""
    fitting = [
        template
        for template in description["paths"]
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    template = min(fitting, key=lambda each: each.count("{"))
    return template, description["paths"][template][method.lower()]


def parameters(description: Any, found: Any) -> dict[str, Any]:
    names = {}
    for each in found.get("parameters", []):
        name = each.get("$ref", "").rpartition("/")[2]
        whole = description["components"]["parameters"][name] if name else each
        if whole["in"] == "query":
            names[whole["name"]] = whole["schema"]
    return names


def faults(description: Any, method: str, path: str, query: Any, body: Any) -> list[str]:
    template, found = operation(description, method, path)
    known = parameters(description, found)
    told = [f"{template}: unknown query {name}" for name in query.keys() - known.keys()]
    content = found.get("requestBody", {}).get("content", {}).get("application/json", {})
    if body is None:
        return told
    schema = {**content["schema"], "components": description["components"]}
    unknown = body.keys() - content["schema"].get("properties", body).keys()
    told += [f"{template}: unknown key {name}" for name in unknown]
    found = jsonschema.Draft202012Validator(schema).iter_errors(body)
    return [*told, *(f"{template}: {each.message}" for each in found)]


def test_every_request_is_in_the_description(
    description: Any,
    tmp_path: Path,
    httpserver: HTTPServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = Places(httpserver)
    scene = Scene(tmp_path, hub, capsys, monkeypatch)
    hub.pulls = [{"number": 4, "state": "open"}]
    scene.event({"repository": {"default_branch": "main"}})
    for decision, *reasons in (("ROLLBACK", LIVE), ("HOLD", SLOW), ("GO",)):
        scene.decided(decision, *reasons, deployment={"commit": "a1b2c3d"})
        monkeypatch.setenv("GITHUB_SHA", "f" * 40)  # the commit must be asked for
        assert "not told" not in scene.tell(*EVERYTHING)
    wrong = [fault for asked in hub.asked for fault in faults(description, *asked)]

    assert wrong == []
    assert len({operation(description, m, p)[0] + m for m, p, _, _ in hub.asked}) == 17


def test_a_wrong_request_is_found(description: Any) -> None:
    path = "/repos/acme/shop/statuses/abc"

    assert faults(description, "POST", path, {}, {"state": "success"}) == []
    assert (
        faults(description, "POST", path, {"x": 1}, {"state": "good", "y": 1, "context": 3}) != []
    )
    assert faults(description, "POST", path, {}, {}) == [
        "/repos/{owner}/{repo}/statuses/{sha}: 'state' is a required property"
    ]
