"""The `gonogo` command: its subcommands, its exit codes, and what it costs to start."""

import json
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from gonogo.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "required: COMMAND"),
        (("shcema",), "invalid choice: 'shcema'"),
        (("schema", "--nope"), "unrecognized arguments: --nope"),
    ],
)
def test_a_wrong_call_is_a_usage_error(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)

    assert ended.value.code == 4
    assert told in capsys.readouterr().err


def test_help_lists_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(f"\n    {name}" in told for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_is_there(name: str) -> None:
    module = import_module(COMMANDS[name][0])

    assert callable(module.add)
    assert callable(module.run)


def test_only_the_subcommand_that_is_used_is_imported() -> None:
    code = "import sys, gonogo.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"pydantic", "httpx", "sqlalchemy", "pytest"} & set(done.stdout.split())


def schema(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["schema"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("file", ["gonogo.toml", "tests/config/accepted/full.toml"])
def test_the_schema_accepts_a_good_file(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = json.loads(json.dumps(tomllib.loads((ROOT / file).read_text()), default=str))

    jsonschema.validate(document, schema(capsys))


BAD: dict[str, dict[str, Any]] = {
    "a key": {"project": "x", "targts": {}},
    "a duration": {"targets": {"t": {"grace": "1 minute"}}},
    "a type": {"env": {"vars": {"A": "postgress-url"}}},
    "a type in a table": {"env": {"vars": {"A": {"type": "strin"}}}},
}


@pytest.mark.parametrize("case", BAD)
def test_the_schema_refuses_what_the_loader_refuses(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(BAD[case], schema(capsys))
