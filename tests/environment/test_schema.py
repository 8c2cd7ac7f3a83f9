"""From the configuration, a JSON Schema or an example file to the rules of a variable."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gonogo.config.env_models import EnvModel
from gonogo.core.errors import ConfigError
from gonogo.core.variable import Variable
from gonogo.environment.imports import imported
from gonogo.environment.schema import declared, rules
from gonogo.environment.settings_class import Interview
from gonogo.environment.sources import gather


def unasked(name: str) -> Interview:
    raise AssertionError(f"{name} is no class")


def one(rules: Any, target: str = "production", **env: Any) -> Variable:
    model = EnvModel.model_validate({"vars": {"V": rules}, **env})
    return declared(model, target, {"staging", "production"})["V"]


def test_a_string_is_a_type() -> None:
    assert one("port") == Variable("V", type="port")


PER_TARGET: dict[str, tuple[str, Any, Any, Any]] = {
    "type": ("type", "url", "host", {}),
    "choices": ("choices", ["a"], ["b"], {}),
    "min-length": ("min_length", 1, 2, {}),
    "secret": ("secret", True, False, {}),
    "mode": ("mode", "test", "live", {"type": "stripe-secret-key"}),
    "localhost": ("localhost", True, False, {}),
    "max-age": ("max_age", "1d", "2d", {}),
    "pattern": ("pattern", "a", "b", {}),
}


@pytest.mark.parametrize("key", PER_TARGET)
def test_any_key_may_be_a_table_of_targets(key: str) -> None:
    field, staging, production, more = PER_TARGET[key]
    rules = {key: {"staging": staging, "production": production}, **more}

    for target, value in (("staging", staging), ("production", production)):
        plain = one({key: value, **more})
        assert getattr(one(rules, target), field) == getattr(plain, field)
    assert getattr(one(rules, "local"), field) == getattr(one({"type": "string"} | more), field)


def test_a_list_of_targets_requires_there() -> None:
    assert one({"required": ["production"]}).required
    assert not one({"required": ["production"]}, "staging").required
    assert not one({"required": {"staging": True}}).required


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "type": ({"vars": {"V": "postgress-url"}}, "did you mean 'postgres-url'"),
    "type of a target": ({"vars": {"V": {"type": {"production": "hexx"}}}}, "did you mean 'hex'"),
    "key": ({"vars": {"V": {"minlength": 1}}}, "minlength"),
    "pattern": ({"vars": {"V": {"pattern": "("}}}, "not a regular expression"),
    "mode": ({"vars": {"V": {"type": "hex", "mode": "live"}}}, "needs a type that knows it"),
    "min": ({"vars": {"V": {"min": 1}}}, "needs a type that knows it"),
    "name": ({"vars": {"a b": "string"}}, "is no name of a variable"),
    "no shape": ({"rules": [{"when": {"A": "1"}}]}, "expected one of"),
    "two shapes": ({"rules": [{"any-of": ["A"], "all-or-none": ["A"]}]}, "expected one of"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused(name: str) -> None:
    env, expected = REFUSED[name]
    with pytest.raises(ValidationError, match=re.escape(expected)):
        EnvModel.model_validate(env)


def test_an_unknown_target_is_refused_with_the_close_one() -> None:
    with pytest.raises(ConfigError, match="no target 'prodution'; did you mean 'production'"):
        one({"required": ["prodution"]})


def test_rules_have_a_slug_of_their_names() -> None:
    model = EnvModel.model_validate(
        {"rules": [{"any-of": ["A", "B"]}, {"when": {"A": "1"}, "require": ["C"]}]}
    )

    assert [rule.slug for rule in rules(model)] == ["any-of/A-B", "when/A-C"]


EXAMPLE = """
# The name of the shop
NAME=
PORT=8080
# optional
SENTRY_DSN=
API_KEY=sk-abc
DSN= # @type=url @sensitive
"""


def test_an_example_file_is_a_schema(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text(EXAMPLE)
    found = imported([".env.example"], tmp_path, unasked).variables

    assert {name: each.required for name, each in found.items()} == {
        "NAME": True,
        "PORT": False,
        "SENTRY_DSN": False,
        "API_KEY": True,
        "DSN": True,
    }
    assert found["NAME"].description == "The name of the shop"
    assert found["API_KEY"].example == "sk-abc"
    assert (found["DSN"].type, found["DSN"].secret) == ("url", True)


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["PORT", "TOKEN"],
    "properties": {
        "PORT": {"type": "integer", "minimum": 1, "maximum": 9},
        "TOKEN": {"type": "string", "writeOnly": True, "minLength": 8},
        "MODE": {"enum": ["a", 1]},
        "SITE": {"anyOf": [{"type": "string", "format": "uri"}, {"type": "null"}]},
        "CODE": {"type": "string", "pattern": "^x"},
    },
}


def test_a_json_schema_is_a_schema(tmp_path: Path) -> None:
    (tmp_path / "env.json").write_text(json.dumps(SCHEMA))
    found = imported(["env.json"], tmp_path, unasked)

    assert (found.closed, found.gaps) == (True, [])
    assert found.variables["PORT"] == Variable("PORT", type="int", minimum=1, maximum=9)
    assert (found.variables["TOKEN"].secret, found.variables["TOKEN"].min_length) == (True, 8)
    assert found.variables["MODE"].choices == ("a", "1")
    assert (found.variables["SITE"].type, found.variables["SITE"].required) == ("url", False)


def test_the_table_wins_over_what_is_imported(tmp_path: Path) -> None:
    (tmp_path / "env.json").write_text(json.dumps(SCHEMA))
    base = imported(["env.json"], tmp_path, unasked).variables
    model = EnvModel.model_validate({"vars": {"PORT": {"type": "port"}, "NEW": "string"}})
    found = declared(model, "production", set(), base)

    assert found["PORT"] == Variable("PORT", type="port", minimum=1, maximum=9)
    assert {"NEW", "TOKEN"} <= found.keys()


@pytest.mark.parametrize(
    "more",
    [{"if": {}}, {"properties": {"A": {"oneOf": []}}}, {"properties": {"A": {"pattern": "("}}}],
    ids=["condition", "choice of types", "pattern"],
)
def test_what_a_schema_says_and_nobody_checks_is_a_gap(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    (tmp_path / "env.json").write_text(json.dumps({**SCHEMA, **more}))

    assert [gap.outcome for gap in imported(["env.json"], tmp_path, unasked).gaps] == ["UNKNOWN"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x.env", "env file x.env: not found"),
        (".", "not a file"),
        ("railwya", "did you mean 'railway'"),
        ("a\0b", "not found"),
    ],
)
def test_a_source_that_is_no_file(tmp_path: Path, source: str, expected: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(expected)):
        gather([source], tmp_path, {})
