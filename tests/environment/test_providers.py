"""Whole predeploy runs whose values come from a provider."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles.railway import PRODUCTION, PROJECT, SERVICE, STAGING, Railway
from tests.doubles.render import Render

from .conftest import made
from .test_settings_class import SMALL
from .test_whole_runs import SUITES, Folder

KEY = made("provider key")
URL = f"postgresql://app:{made('password')[:24]}@db.internal/app"
HEAD = """[targets.production]
[targets.staging]
[env]
sources = {{ production = "railway", staging = "railway" }}
{schema}
[providers.railway]
api = "{api}"
project = "{project}"
environment = {{ production = "{production}"{staging} }}
[env.vars]
{variables}
"""
VARIABLES = """
DATABASE_URL = { type = "postgres-url", distinct = "database" }
JWT_SECRET = { type = "hex", min-length = 64 }
"""


@pytest.fixture
def railway(httpserver: HTTPServer) -> Railway:
    given = {"DATABASE_URL": URL, "JWT_SECRET": KEY}
    other = {**given, "DATABASE_URL": URL.replace("/app", "/staging"), "JWT_SECRET": made("other")}
    return Railway(httpserver, values={PRODUCTION: given, STAGING: other})


def config(
    railway: Railway, variables: str = VARIABLES, schema: str = "", staging: str = STAGING
) -> str:
    return HEAD.format(
        api=railway.url,
        project=PROJECT,
        production=PRODUCTION,
        staging=f', staging = "{staging}"' if staging else "",
        schema=schema,
        variables=variables,
    )


def verify(
    folder: Path, railway: Railway, text: str, token: str = "RAILWAY_API_TOKEN", *more: str
) -> tuple[int, dict[str, str], str]:
    written = Folder(folder).write(text)
    environ = railway.environ(token)
    code, record, output = written.run("--gonogo-target", "production", *more, **environ)
    told = output + json.dumps(record)
    hidden = (KEY, URL.split(":")[2].split("@", maxsplit=1)[0], *environ.values())
    assert not [each for each in hidden if each in told and each != SERVICE]
    checks: list[dict[str, Any]] = record.get("checks", [])
    return code, {each["slug"]: each["outcome"] for each in checks}, output


@pytest.mark.parametrize("more", [(), ("-n", "1")])
def test_good_values_of_railway_are_go(
    tmp_path: Path, railway: Railway, more: tuple[str, ...]
) -> None:
    text = config(railway)
    code, outcomes, output = verify(tmp_path, railway, text, "RAILWAY_API_TOKEN", *more)

    assert code == 0, output
    names = ("DATABASE_URL", "JWT_SECRET", "drift/staging", "railway")
    assert outcomes == dict.fromkeys(names, "PASS")


FAULTS: dict[str, tuple[str, str, str]] = {
    "weak": ("JWT_SECRET", "ab" * 32, "env.weak railway: 64 characters"),
    "shared": ("DATABASE_URL", URL.replace("/app", "/staging"), "env.shared railway: the same"),
    "missing": ("JWT_SECRET", "", "env.empty railway: set, but blank"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_of_a_value_blocks(tmp_path: Path, railway: Railway, case: str) -> None:
    name, value, told = FAULTS[case]
    railway.values[PRODUCTION][name] = value
    code, outcomes, output = verify(tmp_path, railway, config(railway))

    assert (code, outcomes[name]) == (10, "FAIL"), output
    assert told in output


def test_a_name_that_is_set_nowhere_blocks(tmp_path: Path, railway: Railway) -> None:
    del railway.values[PRODUCTION]["JWT_SECRET"]
    code, outcomes, output = verify(tmp_path, railway, config(railway))

    assert (code, outcomes["JWT_SECRET"], outcomes["drift/staging"]) == (10, "FAIL", "PASS"), output


def test_a_sealed_variable_is_neither_good_nor_missing(tmp_path: Path, railway: Railway) -> None:
    del railway.values[PRODUCTION]["JWT_SECRET"]
    railway.sealed = {PRODUCTION: ["JWT_SECRET"]}
    rule = '[[env.rules]]\nall-or-none = ["JWT_SECRET", "DATABASE_URL"]\n'
    code, outcomes, output = verify(tmp_path, railway, config(railway, VARIABLES + rule))

    assert (code, outcomes["JWT_SECRET"], outcomes["DATABASE_URL"]) == (40, "UNKNOWN", "PASS")
    assert outcomes["drift/staging"] == outcomes["all-or-none/JWT_SECRET-DATABASE_URL"] == "PASS"
    assert "set, but its value cannot be read" in output


def test_what_may_be_sealed_is_not_called_missing(tmp_path: Path, railway: Railway) -> None:
    del railway.values[PRODUCTION]["JWT_SECRET"]
    railway.refused = {"environment"}
    code, outcomes, output = verify(tmp_path, railway, config(railway))

    assert (code, outcomes["JWT_SECRET"], outcomes["DATABASE_URL"]) == (40, "UNKNOWN", "PASS")
    assert "it may be set: Railway did not tell which variables are sealed" in output


def test_no_answer_is_no_evidence_for_any_variable(tmp_path: Path, railway: Railway) -> None:
    railway.refused = {"variables"}
    code, outcomes, output = verify(tmp_path, railway, config(railway))

    assert code == 40, output
    assert {outcomes[name] for name in ("DATABASE_URL", "JWT_SECRET", "railway")} == {"UNKNOWN"}
    assert "Railway answers: Problem processing request" in output


def test_a_project_token_is_never_taken_for_another_target(
    tmp_path: Path, railway: Railway
) -> None:
    free = 'JWT_SECRET = "hex"\n'
    code, outcomes, output = verify(tmp_path, railway, config(railway, free), "RAILWAY_TOKEN")
    assert (code, outcomes["drift/staging"]) == (0, "WARN"), output
    assert "not compared with staging: Railway needs a token" in output

    text = config(railway, staging="")
    code, outcomes, output = verify(tmp_path, railway, text, "RAILWAY_TOKEN")
    assert (code, outcomes["DATABASE_URL"]) == (40, "UNKNOWN"), output


def test_one_place_for_all_targets_says_nothing_about_another(
    tmp_path: Path, railway: Railway
) -> None:
    both = f'environment = {{ production = "{PRODUCTION}", staging = "{STAGING}" }}'
    text = config(railway).replace(both, f'environment = "{PRODUCTION}"')
    code, outcomes, output = verify(tmp_path, railway, text)

    assert (code, outcomes["DATABASE_URL"], outcomes["drift/staging"]) == (40, "UNKNOWN", "WARN")
    assert "nothing says where staging runs; see [providers.railway]" in output


def test_what_a_provider_says_is_hidden_from_then_on(tmp_path: Path, railway: Railway) -> None:
    suite = tmp_path / "suites" / "predeploy"
    suite.mkdir(parents=True)
    (suite / "test_environment.py").write_text(
        (SUITES / "predeploy" / "test_environment.py").read_text()
    )
    (suite / "test_own.py").write_text(f"def test_later():\n    raise ValueError('{KEY}')\n")
    code, _, output = verify(tmp_path, railway, config(railway))

    assert code == 40, output
    assert "[redacted]" in output


def test_undeclared_names_of_a_provider_are_listed(tmp_path: Path, railway: Railway) -> None:
    railway.values[PRODUCTION]["JWT_SECRTE"] = made("typo")
    railway.values[STAGING]["JWT_SECRTE"] = made("typo of staging")
    code, outcomes, output = verify(tmp_path, railway, config(railway))

    assert (code, outcomes["railway"]) == (0, "WARN"), output
    assert "JWT_SECRTE: not in [env.vars]; fix: rename it to JWT_SECRET" in output


def test_a_settings_class_is_asked_with_the_values_of_the_provider(
    tmp_path: Path, railway: Railway
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "config.py").write_text(SMALL)
    railway.values = {PRODUCTION: {"APP_NAME": "Shop", "APP_KEY": KEY[:-1] + "z", "PORT": "x"}}
    schema = 'schema = ["app.config:Settings"]'
    text = config(railway, "", schema, staging="")
    code, outcomes, output = verify(tmp_path, railway, text)

    assert code == 10, output
    assert (outcomes["APP_NAME"], outcomes["PORT"], outcomes["APP_KEY"]) == ("PASS", "FAIL", "FAIL")
    assert "app.config:Settings: ends badly" in output


def test_a_file_may_be_laid_over_a_provider(tmp_path: Path, railway: Railway) -> None:
    railway.values[PRODUCTION]["JWT_SECRET"] = "weak"
    text = config(railway).replace('production = "railway",', 'production = ["railway", "a.env"],')
    Folder(tmp_path).write(f"JWT_SECRET={KEY}\n", "a.env")

    assert verify(tmp_path, railway, text)[0] == 0
    swapped = text.replace('["railway", "a.env"]', '["a.env", "railway"]')
    assert verify(tmp_path, railway, swapped)[0] == 10


def test_render_is_a_source_as_well(tmp_path: Path, httpserver: HTTPServer) -> None:
    render = Render(httpserver, values={"srv-production": {"NAME": "shop", "KEY": "******"}})
    text = '[targets.production]\n[env]\nsources = { production = "render" }\n'
    text += f'[providers.render]\napi = "{render.url}"\n[env.vars]\nNAME = "string"\n'
    code, _, output = Folder(tmp_path).write(text).run(**render.environ())
    assert code == 0, output

    (tmp_path / "gonogo.toml").write_text(text + 'KEY = "string"\n')
    code, record, output = Folder(tmp_path).run(**render.environ())
    assert code == 40, output
    assert {each["slug"]: each["outcome"] for each in record["checks"]}["KEY"] == "UNKNOWN"


def test_a_provider_is_asked_after_the_record_is_begun(tmp_path: Path, railway: Railway) -> None:
    code, _, output = verify(
        tmp_path, railway, config(railway), "RAILWAY_API_TOKEN", "--collect-only"
    )

    assert code != 0, output
    assert railway.server.log == []
