"""An application's own settings class, asked in a process of its own."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.errors import ConfigError
from gonogo.core.outcome import Outcome
from gonogo.environment.refusals import Classes
from gonogo.environment.settings_class import Interpreter, Interview, interview

from .conftest import made, values
from .test_whole_runs import Folder

APP = """
import os, sys
from enum import Enum
from typing import Annotated, Literal
from pydantic import *
from pydantic_settings import *

class Level(str, Enum):
    low = "low"
    high = "high"

class Database(BaseModel):
    host: str
    port: int = 5432
    password: SecretStr

class Mail(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MAIL_")
    sender: EmailStr_ if False else str

class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="APP_", env_nested_delimiter="__", env_file=".env", secrets_dir="{secrets}"
    )
    name: str = Field(description="what users see")
    key: SecretStr = Field(min_length=8)
    url: PostgresDsn = Field(validation_alias=AliasChoices("DATABASE_URL", "DB_URL"))
    count: Annotated[int, Field(ge=1, le=9)] = 3
    padded: Annotated[int, BeforeValidator(lambda text: str(text).removesuffix("s"))] = 3
    db: Database
    mail: Mail = Field(default_factory=Mail)
    origins: list[str] = []
    mode: Literal["fast", "slow"] = "fast"
    level: Level = Level.low
    token: str = "the-one-in-the-code"

    @model_validator(mode="after")
    def agree(self):
        if self.count == 7:
            raise ValueError(f"7 does not go with {self.key.get_secret_value()}!")
        return self

print("the application talks", os.environ)
settings = Settings()
"""
KEY = made("settings")
GOOD = {
    "APP_NAME": "Shop",
    "APP_KEY": KEY,
    "DB_URL": "postgresql://app@db.internal/app",
    "APP_DB__HOST": "db.internal",
    "APP_DB__PASSWORD": made("db"),
    "MAIL_SENDER": "a@shop.internal",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with files that must not leak into the answer."""
    folder = tmp_path_factory.mktemp("app")
    secrets = folder / "secrets"
    secrets.mkdir()
    (secrets / "app_mode").write_text("wrong")
    (folder / ".env").write_text("APP_MODE=wrong\nAPP_NAME=leaked\n")
    package = folder / "shop"
    package.mkdir()
    text = APP.replace("{secrets}", str(secrets)).replace("EmailStr_ if False else ", "")
    (package / "config.py").write_text(text)
    (package / "loads.py").write_text(
        "from dotenv import load_dotenv\nload_dotenv()\nfrom shop.config import Settings\n"
    )
    (package / "slow.py").write_text("import time\ntime.sleep(60)\n")
    (package / "gone.py").write_text("import os\nos._exit(0)\n")
    (package / "broken.py").write_text("import os\nraise RuntimeError(os.environ['APP_KEY'])\n")
    (package / "other.py").write_text("class Settings: ...\n")
    return folder


def ask(root: Path, given: dict[str, str] | None, name: str = "shop.config:Settings") -> Interview:
    return interview(name, root, given, Interpreter(limit=15))


def test_it_says_what_it_reads_without_any_value(root: Path) -> None:
    said = ask(root, None)
    found = said.variables

    assert said.silent is None
    assert (found["APP_NAME"].required, found["APP_NAME"].description) == (True, "what users see")
    assert (found["APP_KEY"].secret, found["APP_KEY"].min_length) == (True, 8)
    assert (found["DATABASE_URL"].type, found["DATABASE_URL"].also) == ("postgres-url", ("DB_URL",))
    assert (found["APP_COUNT"].type, found["APP_COUNT"].minimum, found["APP_COUNT"].maximum) == (
        "int",
        1,
        9,
    )
    assert found["APP_PADDED"].type == "string"
    assert found["APP_DB__PASSWORD"].secret
    assert found["MAIL_SENDER"].required
    assert found["APP_MODE"].choices == ("fast", "slow")
    assert found["APP_LEVEL"].choices == ("low", "high")
    assert found["APP_TOKEN"].has_default


@pytest.mark.parametrize(
    "name", ["shop.config:Settings", "shop.config:settings", "shop.loads:Settings"]
)
def test_good_values_are_accepted_and_no_local_file_leaks_in(root: Path, name: str) -> None:
    said = ask(root, GOOD, name)

    assert (said.refusals, said.silent) == ((), None)
    without = {key: value for key, value in GOOD.items() if key != "APP_NAME"}
    assert [each.names for each in ask(root, without, name).refusals] == [("APP_NAME",)]


def test_the_process_environment_does_not_leak_in(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_NAME", "from the process")
    without = {key: value for key, value in GOOD.items() if key != "APP_NAME"}

    assert [each.code for each in ask(root, without).refusals] == ["missing"]


REFUSED: dict[str, tuple[dict[str, str | None], set[tuple[str, str]]]] = {
    "fields": (
        {
            "MAIL_SENDER": "a@shop.internal",
            "APP_DB__PASSWORD": None,
            "APP_DB__PORT": "http",
            "DB_URL": "mysql://a@h/d",
            "APP_MODE": "Fast",
            "APP_COUNT": "10",
            "APP_KEY": "kurz",
        },
        {
            ("APP_DB__PASSWORD", "missing"),
            ("APP_DB__PORT", "type"),
            ("DATABASE_URL", "scheme"),
            ("APP_MODE", "enum"),
            ("APP_COUNT", "range"),
            ("APP_KEY", "length"),
        },
    ),
    "settings within": ({"MAIL_SENDER": None}, {("MAIL_SENDER", "missing")}),
    "no JSON": ({"APP_ORIGINS": "a,b"}, {("APP_ORIGINS", "format")}),
    "a rule of its own": ({"APP_COUNT": "7"}, {("shop", "forbidden")}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_refusal_names_the_variable_and_no_value(root: Path, case: str) -> None:
    change, expected = REFUSED[case]
    merged: dict[str, str | None] = {**GOOD, **change}
    given = {key: value for key, value in merged.items() if value is not None}
    said = ask(root, given)
    own = values("".join(f"{key}={value}\n" for key, value in given.items()))
    faults = Classes({"shop": said}).faults(own, said.variables)["shop"]

    assert {(each.name, each.reason) for each in faults} == expected
    assert {each.outcome for each in faults} == {Outcome.FAIL}
    assert not any(KEY[at : at + 4] in f"{said} {faults}" for at in range(60))


SILENT: dict[str, tuple[str, str]] = {
    "no module": ("shop.absent:Settings", "ModuleNotFoundError: No module named 'shop.absent'"),
    "no class": ("shop.config:Nothing", "AttributeError"),
    "another class": ("shop.other:Settings", "Settings is no pydantic-settings class"),
    "an exit": ("shop.gone:Settings", "ended with status 0, without an answer"),
    "an error": ("shop.broken:Settings", "RuntimeError: […]"),
}


@pytest.mark.parametrize("case", SILENT)
def test_what_cannot_be_asked_is_a_silent_witness(root: Path, case: str) -> None:
    name, expected = SILENT[case]
    said = ask(root, GOOD, name)

    assert said.refusals == ()
    assert expected in str(said.silent)


def test_an_import_that_hangs_is_ended(root: Path) -> None:
    started = time.monotonic()
    said = interview("shop.slow:Settings", root, GOOD, Interpreter(limit=0.5))

    assert said.silent == "no answer within 0.5s"
    assert time.monotonic() - started < 10


def test_another_interpreter_can_be_named(root: Path) -> None:
    other = root / "python"
    other.write_text('#!/bin/sh\necho "$@" > "$HOME/asked"\n')
    other.chmod(0o755)
    home = os.environ["HOME"]
    try:
        os.environ["HOME"] = str(root)
        said = interview("shop.config:Settings", root, GOOD, Interpreter("python"))
    finally:
        os.environ["HOME"] = home

    assert (root / "asked").read_text().startswith("-B -X utf8 -c")
    assert said.silent == "its process ended with status 0, without an answer"
    with pytest.raises(ConfigError, match=r"\[env\] python none: no such interpreter"):
        interview("shop.config:Settings", root, GOOD, Interpreter("none"))


HEAD = '[targets.production]\nenv-file = ".env"\n[env]\nschema = ["app.config:Settings"]\n'
SMALL = """
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", extra="ignore")
    name: str
    key: SecretStr
    port: int = Field(validation_alias="PORT")
    @field_validator("key")
    @classmethod
    def good(cls, value):
        if value.get_secret_value().endswith("z"):
            raise ValueError("ends badly: " + value.get_secret_value())
        return value
settings = Settings()
"""
RUNS: dict[str, tuple[str, str, str, int, str]] = {
    "all well": ("", "", "PORT=8080\n", 0, "GO"),
    "refused": (
        "z",
        "",
        "PORT=8080\n",
        10,
        "env.forbidden .env:2: app.config:Settings: ends badly",
    ),
    "missing": ("", "", "", 10, "env.missing .env: not set for production"),
    "excused": ("", "[env.vars]\nPORT = { type = 'int', required = false }\n", "", 0, "optional"),
    "undeclared": ("", "", "PORT=8080\napp_naem=x\n", 0, "app_naem: not in [env.vars]"),
    "silent": ("", 'python-path = ["elsewhere"]\n', "PORT=8080\n", 40, "No module named 'app'"),
}


@pytest.mark.parametrize("case", RUNS)
def test_a_whole_run_asks_the_class(tmp_path: Path, case: str) -> None:
    end, more, lines, code, told = RUNS[case]
    folder = Folder(tmp_path).write(HEAD + more)
    (tmp_path / "app").mkdir()
    secret = made("whole")[:40] + end
    folder.write(SMALL, "app/config.py").write(f"app_name=Shop\nAPP_KEY={secret}\n{lines}", ".env")
    found, record, output = folder.run("-rA")

    assert found == code, output
    assert told in output
    assert not any(secret[at : at + 8] in f"{output}{record}" for at in range(32))


def test_its_variables_are_items_of_the_report(tmp_path: Path) -> None:
    folder = Folder(tmp_path).write(HEAD)
    (tmp_path / "app").mkdir()
    folder.write(SMALL, "app/config.py").write(f"APP_KEY={made('a')}\nPORT=x\n", ".env")
    _, record, output = folder.run()
    found: dict[str, Any] = {each["slug"]: each["outcome"] for each in record["checks"]}

    assert found == {
        "APP_NAME": "FAIL",
        "APP_KEY": "PASS",
        "PORT": "FAIL",
        ".env": "PASS",
        "schema/app.config_Settings": "PASS",
    }, output
