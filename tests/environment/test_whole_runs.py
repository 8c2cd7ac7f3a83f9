"""Whole predeploy runs in a project folder: decision, record, exit code and what is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.runs import Project

from .conftest import made

SUITES = Path(__file__).parents[2] / "suites"
HEAD = '[targets.production]\nenv-file = ".env"\n[env.vars]\n'


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / "suites").exists():
            (path / "suites").symlink_to(SUITES)

    def write(self, text: str, name: str = "gonogo.toml") -> "Folder":
        (self.path / name).write_text(text, encoding="utf-8")
        return self

    def run(self, *more: str, **environ: str) -> tuple[int, dict[str, Any], str]:
        done = Project(self.path).run("suites/predeploy", *more, **environ)
        return done.code, done.record, done.output


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_complete_candidate_is_go(folder: Folder) -> None:
    folder.write(
        HEAD + 'NAME = "string"\nDATABASE_URL = "postgres-url"\n'
        'JWT_SECRET = { type = "hex", min-length = 64 }\n'
        '[[env.rules]]\nall-or-none = ["SMTP_USER", "SMTP_HOST"]\n'
    )
    url = f"postgresql://app:{made('db')[:24]}@db.internal/app"
    folder.write(f"NAME=Shop\nDATABASE_URL={url}\nJWT_SECRET={made('jwt')}\n", ".env")
    code, record, output = folder.run()
    slugs = {each["slug"] for each in record["checks"]}

    assert (code, record["decision"]) == (0, "GO"), output
    names = {"NAME", "DATABASE_URL", "JWT_SECRET"}
    assert slugs == {*names, ".env", "all-or-none/SMTP_USER-SMTP_HOST"}


def test_every_fault_is_told_with_code_line_and_fix_and_no_value(folder: Folder) -> None:
    secret, weak = made("stripe")[:24], made("part")[:8] * 8
    folder.write(
        HEAD + 'PORT = { type = "port" }\nJWT_SECRET = { type = "hex", min-length = 64 }\n'
        'PAY_KEY = { type = "stripe-secret-key", mode = { production = "live" } }\nURL = "url"\n'
    )
    lines = [f"PAY_KEY=sk_{'test'}_{secret}", "PORT=70000", f"JWT_SECRET={weak}", "PORT x"]
    folder.write("\n".join(lines) + "\n", ".env")
    code, record, output = folder.run("-rA", "--showlocals")
    told = output + json.dumps(record)

    assert (code, record["decision"]) == (10, "BLOCK"), output
    assert "env.wrong_mode .env:1: a test key where live is expected; fix:" in told
    assert "env.range .env:2" in told
    assert "env.weak .env:3: 64 characters, but one 8-character block repeats 8 times" in told
    assert "env.syntax .env:4" in told
    assert "env.missing" in told
    assert not any(part in told for part in (secret, weak[:8]))


REFUSED = {
    "no such file": (HEAD + 'A = "string"\n', {}, (), "env file .env: not found"),
    "a folder": (HEAD + 'A = "string"\n', {}, ("--gonogo-env-file=suites",), "not a file"),
    "an option": (HEAD, {".env": "A=1\n"}, ("--gonogo-env-file=x.env",), "x.env: not found"),
    "a type": (HEAD + 'A = "postgress-url"\n', {".env": "A=1\n"}, (), "did you mean 'postgres-url"),
    "a target": (
        HEAD + 'A = { prefix = { prodution = "x" } }\n',
        {".env": "A=1\n"},
        (),
        "did you mean 'production'",
    ),
}


def test_what_cannot_be_read_is_told_at_once(folder: Folder) -> None:
    env = '[env]\nschema = ["none.json"]\n[env.vars]\nA = { required = ["prodution"] }'
    code, _, output = folder.write(HEAD.replace("[env.vars]", env)).run()

    assert code == 4, output
    assert "[env] schema none.json: not found" in output
    assert "[env.vars.A] required: no target 'prodution'; did you mean 'production'" in output
    assert "env file .env: not found" in output


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_ends_the_run_before_it_starts(folder: Folder, name: str) -> None:
    text, files, more, expected = REFUSED[name]
    folder.write(text)
    for file, content in files.items():
        folder.write(content, file)
    code, record, output = folder.run(*more)

    assert (code, record) == (4, {}), output
    assert expected in output
    assert "Traceback" not in output


UNKNOWN = {
    "a provider": '[targets.production]\n[env]\nsources = { production = "railway" }\n'
    '[env.vars]\nA = "string"\n',
    "no source": '[targets.production]\n[env.vars]\nA = "string"\n',
    "nothing declared": HEAD,
    "a class": HEAD.replace(
        "[env.vars]", '[env]\nschema = ["app:Settings"]\n[env.vars]\nA = "int"'
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_checked_is_never_go(folder: Folder, name: str) -> None:
    folder.write(UNKNOWN[name]).write("A=1\n", ".env")
    code, record, output = folder.run()

    assert (code, record["decision"]) == (40, "INCONCLUSIVE"), output


def test_the_process_can_be_the_source(folder: Folder) -> None:
    folder.write('[targets.t]\n[env]\nsources = { t = "process" }\n[env.vars]\nA_NAME = "int"\n')

    assert folder.run(A_NAME="1")[0] == 0
    assert folder.run(A_NAME="x")[0] == 10


def test_old_secrets_and_drift_are_listed_and_change_nothing(folder: Folder) -> None:
    folder.write(
        '[targets.staging]\nenv-file = "s.env"\n' + HEAD + "JWT_SECRET = { max-age = '90d' }\n"
        "[env.rotated]\nJWT_SECRET = 2020-01-01\n"
    )
    folder.write(f"JWT_SECRET={made('a')}\n", ".env").write("NEW_FLAG=on\n", "s.env")
    code, record, output = folder.run("--gonogo-target", "production")

    assert (code, record["decision"]) == (0, "GO"), output
    assert "env.stale" in output
    assert "env.drift_missing" in output
