"""`gonogo init` and `gonogo schema --env-example`: from real values to rules, and back."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gonogo.cli import main
from gonogo.config.choice import Choice
from gonogo.config.load import load
from gonogo.environment.assembly import declared_schema
from gonogo.environment.guess import guessed
from gonogo.environment.imports import imported
from gonogo.environment.settings_class import Interview
from tests.environment.conftest import made
from tests.runs import SUITES, Project

PASSWORD = made("password")[:20]
GUESSES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a blank": ("SENTRY_DSN", " ", {"type": "string", "required": False}),
    "its stage": ("ENVIRONMENT", "production", {"equals": "{target}"}),
    "another stage": ("ENVIRONMENT", "prod", {"type": "string"}),
    "node's mode": ("NODE_ENV", "production", {"type": "string"}),
    "postgres": ("DB", f"postgresql+asyncpg://a:{PASSWORD}@db/x", {"type": "postgres-url"}),
    "hosts": ("DB", f"postgresql://a:{PASSWORD}@db1,db2/x", {"type": "postgres-url"}),
    "sql server": ("DB", f"mssql://a:{PASSWORD}@db/x", {"type": "url"}),
    "redis": ("CACHE", "rediss://cache:6379/0", {"type": "redis-url"}),
    "a broker": ("BROKER", f"amqps://a:{PASSWORD}@mq/x", {"type": "amqp-url"}),
    "https": ("API", "https://api.shop.internal/v1", {"type": "https-url"}),
    "http": ("API", "http://api:8080", {"type": "url"}),
    "origins": ("CORS", "https://a.io,https://b.io", {"type": "list", "items": "url"}),
    "origins as JSON": ("CORS", '["https://a.io"]', {"type": "list", "items": "url"}),
    "a list": ("NAMES", '["a", "b"]', {"type": "list"}),
    "a sentence": ("GREETING", "hello, dear world", {"type": "string"}),
    "an object": ("OPTIONS", '{"a": 1}', {"type": "json"}),
    "a switch": ("DEBUG", "False", {"type": "bool"}),
    "a switch in digits": ("USE_TLS", "1", {"type": "bool"}),
    "a number": ("WORKERS", "1", {"type": "int"}),
    "a port": ("SMTP_PORT", "587", {"type": "port"}),
    "no port": ("REPORT", "100000", {"type": "int"}),
    "a fraction": ("RATE", "0.25", {"type": "float"}),
    "a version": ("VERSION", "1.2.3", {"type": "string"}),
    "leading zeros": ("ZIP", "01234", {"type": "string"}),
    "a UUID": ("PROJECT_ID", "4f6b2c1a-1c2d-4e5f-8a9b-0c1d2e3f4a5b", {"type": "uuid"}),
    "an address": ("ADMIN", "ops@shop.internal", {"type": "email"}),
    "minutes": ("ACCESS_TOKEN_EXPIRE_MINUTES", "30", {"type": "int"}),
    "a path": ("KEY_FILE", "/etc/keys/main.pem", {"type": "string"}),
    "a hex secret": (
        "JWT_SECRET",
        made("jwt"),
        {"type": "hex", "min-length": 64, "secret": True},
    ),
    "a named secret": ("DB_PASSWORD", "Tr4-uM.pet9q", {"secret": True}),
    "an opaque value": ("X", "Zk9vYmFyQmF6UXV4MTIzN", {"min-length": 16, "secret": True}),
    "words": ("TITLE", "a-rather-long-name-of-a-thing", {"type": "string"}),
    "a live key": (
        "PAY",
        "sk_" + "live_" + made("pay")[:24],
        {"type": "stripe-secret-key", "mode": {"production": "live"}},
    ),
    "a test key": ("PAY", "sk_" + "test_" + made("pay")[:24], {"type": "stripe-secret-key"}),
    "a key by its name": (
        "AWS_SECRET_ACCESS_KEY",
        "wJa1rXUtnFEMI2K7MDENGbPxRfiCYzzzKLMNO9p/",
        {"type": "aws-secret-access-key"},
    ),
    "a public key": ("VITE_KEY", "pk_" + "live_" + made("p")[:24], {}),
}


@pytest.mark.parametrize("case", GUESSES)
def test_a_value_suggests_its_rules(case: str) -> None:
    name, value, expected = GUESSES[case]
    found = guessed(name, value, "production")

    assert found == expected or (not expected and found["type"] == "stripe-publishable-key")


ENV = "".join(
    f"{name}_{number}='{value}'\n" if "'" not in value else ""
    for number, (name, value, _) in enumerate(GUESSES.values())
    if name not in {"ENVIRONMENT", "AWS_SECRET_ACCESS_KEY"} and value.strip()
)
SECRETS = [PASSWORD, *(value for _, value, rules in GUESSES.values() if "secret" in rules)]


def init(*words: str | Path) -> int:
    return main(["init", *map(str, words)])


def test_what_it_writes_is_go_for_the_file_it_was_made_from(tmp_path: Path) -> None:
    (tmp_path / "suites").symlink_to(SUITES)
    file, output = tmp_path / ".env.production", tmp_path / "gonogo.toml"
    file.write_text(f"# a note: {PASSWORD}\n{ENV}ENVIRONMENT=production\n")

    assert init("--url", "https://shop.internal", "--env-file", file, "--output", output) == 0
    text = output.read_text()
    assert not [each for each in SECRETS if each[:6] in text]
    document = tomllib.loads(text)
    assert document["targets"]["production"]["env-file"] == ".env.production"
    assert document["history"]["url"] == "sqlite:///reports/history.sqlite"
    done = Project(tmp_path).run("suites/predeploy", "--gonogo-env-file", ".env.production")
    assert done.told == (0, "GO"), done.output


@pytest.mark.parametrize(
    ("words", "installed", "own"),
    [
        (("--url", "https://shop.internal"), "--pyargs gonogo.suites.health", "suites/health"),
        (("--env-file", ".env"), "--pyargs gonogo.suites.predeploy", "suites/predeploy"),
    ],
)
def test_what_comes_next_can_be_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    installed: str,
    own: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("A=1\n")

    assert init(*words) == 0
    assert f"run pytest {installed}\n" in capsys.readouterr().out
    (tmp_path / "suites").symlink_to(SUITES)
    assert init(*words, "--force") == 0
    assert f"run pytest {own}\n" in capsys.readouterr().out


def test_the_target_is_named_by_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {
        ".env.staging": "staging",
        ".env": "production",
        ".env.example": "production",
        "prod.env": "prod",
    }
    for file, target in names.items():
        Path(file).write_text("A=1\nA B=2\n")
        assert init("--env-file", file, "--force") == 0
        assert load(Choice(), tmp_path, {}).target.name == target
        told = capsys.readouterr()
        assert told.out.startswith(f"gonogo.toml: target {target}, 1 variable\n")
        assert f"not taken over: line 2: env.syntax {file}:2" in told.err
    assert init("--env-file", ".env", "--target", "eu-west.1", "--force") == 0
    assert load(Choice(), tmp_path, {}).target.name == "eu-west.1"


def test_a_name_that_the_configuration_does_not_know_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("ÉTAT=1\nA.B-C=1\n")

    assert init("--env-file", ".env") == 0
    assert list(declared_schema(load(Choice(), tmp_path, {}))) == ["A.B-C"]


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing": ((), "give --url, --env-file, or both"),
    "no file": (("--env-file", "none.env"), "init: --env-file none.env: not found\n"),
    "no variable": (("--env-file", "blank.env"), "no variable in it"),
    "an odd encoding": (("--env-file", "wide.env"), "the file is UTF-16"),
    "no URL": (("--url", "shop"), "expected a complete URL"),
    "a password": (("--url", "https://a:b@shop.internal"), "leave out the password"),
    "a target": (("--url", "https://shop.internal", "--target", "Eu West"), "lower-case letters"),
    "a folder": (("--url", "https://shop.internal", "--output", "no/x.toml"), "no such folder"),
    "there": (("--url", "https://shop.internal", "--output", "old.toml"), "give --force"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_it_cannot_do_is_a_usage_error(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("blank.env").write_text("# nothing\n")
    Path("wide.env").write_bytes("A=1\n".encode("utf-16"))
    Path("old.toml").write_text("kept")
    words, told = REFUSED[case]

    assert init(*words) == 4
    assert told in capsys.readouterr().err
    assert (Path("old.toml").read_text(), Path("gonogo.toml").exists()) == ("kept", False)


TABLE = """
[targets.staging]
[targets.production]
[env.vars]
NAME = { description = "what users see" }
MODE = { choices = ["fast", "slow"] }
STAGE = { equals = "{target}" }
PORT = { type = "port", min = 1024 }
JWT_SECRET = { type = "hex", min-length = 64, distinct = true, max-age = "90d" }
PAY_KEY = { type = "stripe-secret-key", mode = { production = "live" } }
API_KEY = { prefix = { production = "gw_live_" }, example = "gw_live_example" }
SENTRY_DSN = { type = "url", required = ["production"], description = "where errors go" }
"""


def example(target: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["schema", "--env-example", "--target", target]) == 0
    return capsys.readouterr().out


def unasked(name: str) -> Interview:
    raise AssertionError(name)


def test_the_schema_is_written_back_as_an_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gonogo.toml").write_text(TABLE)
    text = example("production", capsys)
    Path(".env.example").write_text(text)
    back = imported([".env.example"], tmp_path, unasked)
    plan = load(Choice(target="production"), tmp_path, {})

    assert back.gaps == []
    for name, variable in declared_schema(plan).items():
        found = back.variables[name]
        assert (found.type, found.required) == (variable.type, variable.required), name
    assert "# where errors go\n# @type=url @required\nSENTRY_DSN=\n" in text
    assert "# @type=url @optional\nSENTRY_DSN=\n" in example("staging", capsys)
    assert "# one of fast, slow\n" in text
    assert "# at least 1024\n# @type=port" in text
    assert "# another one for each target; rotated every 90 days; at least 64 characters\n" in text
    assert "# a live key\n# @type=stripe-secret-key @required @sensitive\nPAY_KEY=\n" in text
    assert "STAGE=production\n" in text
    assert "gw_live_example" not in text


def test_an_example_of_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gonogo.toml").write_text("[targets.t]\n[env]\n")
    assert main(["schema", "--env-example"]) == 4
    assert main(["schema", "--env-example", "--target", "x"]) == 4
    assert main(["schema", "--target", "t"]) == 4
    Path("gonogo.toml").write_text('[targets.t]\n[env]\nschema = ["nowhere:Settings"]\n')
    assert main(["schema", "--env-example"]) == 4
    assert "No module named 'nowhere'" in capsys.readouterr().err


def test_the_schema_document_knows_every_section(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert {"targets", "env", "providers", "history"} <= found["properties"].keys()
