"""[release] migrations: real directories of Alembic and real databases, in whole runs."""

import json
from pathlib import Path

import pytest

from gonogo.plugin.migrating import hidden
from tests.migrations.directories import ADD, USERS, Directory, sqlite
from tests.runs import Done, Project

PASSWORD = "pw-Zq81-secret"
HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nDATABASE_URL = "database-url"\n'
ALEMBIC = '[release]\nmigrations = {{ tool = "alembic", directory = "migrations"{} }}\n'
SUITE = "suites/predeploy"


def verify(project: Project, url: str, *arguments: str, more: str = "") -> Done:
    project.write(HEAD + ALEMBIC.format(more)).write(f"DATABASE_URL={url}\n", ".env")
    return project.run(SUITE, *arguments)


@pytest.fixture
def directory(project: Project) -> Directory:
    return Directory(project.folder).put("a1", USERS).put("b2", ADD)


def test_what_a_good_release_says(project: Project, directory: Directory) -> None:
    role = f"op.execute(\"CREATE ROLE shop PASSWORD 'odd-{PASSWORD}'\")"
    directory.put("c3", role, top="rollback_compatible = True")
    results = project.folder / "results"
    url = sqlite(project.folder / "x.db", "a1", tables=("users",))
    done = verify(project, url, f"--alluredir={results}")
    (sql,) = (file.read_text() for file in results.glob("*attachment.txt"))

    assert done.told == (0, "GO"), done.output
    assert "-- b2 about b2\nALTER TABLE users ADD COLUMN nick" in sql
    assert "PASSWORD '[redacted]'" in sql
    assert PASSWORD not in sql + done.output + done.file.read_text()
    assert done.record["migrations"] == {
        "before": ["a1"],
        "after": ["c3"],
        "pending": [
            {
                "id": "b2",
                "declared": None,
                "classified": "expand-only",
                "rollback_compatible": False,
            },
            {
                "id": "c3",
                "declared": True,
                "classified": "unclassified",
                "rollback_compatible": True,
            },
        ],
        "rollback_compatible": False,
    }
    checks = [check["slug"] for check in done.record["checks"]]
    assert checks.count("alembic") == 5
    assert not list(project.folder.rglob("*.pyc"))


def test_two_heads_block(project: Project, directory: Directory) -> None:
    directory.put("c3", down="a1")
    done = verify(project, sqlite(project.folder / "x.db", "a1"))

    assert (done.told, done.signals[0]) == ((10, "BLOCK"), "migration"), done.output
    assert "2 heads: b2, c3; fix: alembic merge heads" in done.output


def test_a_database_that_cannot_be_reached_is_no_evidence(
    project: Project, directory: Directory
) -> None:
    url = f"postgresql+asyncpg://shop:{PASSWORD}@127.0.0.1:1/shop"
    done = verify(project, url, f"--alluredir={project.folder / 'results'}")
    written = [file.read_text() for file in (project.folder / "results").iterdir()]

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "the database cannot be asked" in done.output
    assert PASSWORD not in done.output + json.dumps(done.record) + "".join(written)
    assert done.record["migrations"]["pending"] is None


def test_a_destructive_migration_blocks_where_it_is_asked_to(
    project: Project, directory: Directory
) -> None:
    directory.put("c3", "op.drop_column('users', 'name')")
    url = sqlite(project.folder / "x.db", "b2", tables=("users",))
    done = verify(project, url, more=', destructive = "block"')

    assert (done.told, done.signals) == ((10, "BLOCK"), ["migration"]), done.output
    assert "c3 is destructive: drops column name of users" in done.output


def test_what_a_message_of_a_driver_may_not_show() -> None:
    url = "postgresql://shop:pw%40Zq%2Fx@db/shop"

    assert {url, "pw%40Zq%2Fx", "pw@Zq/x"} <= set(hidden(url))
    assert hidden("sqlite:///x.db") == ["sqlite:///x.db"]


def test_a_variable_that_is_not_set_is_no_evidence(project: Project, directory: Directory) -> None:
    project.write(HEAD + ALEMBIC.format(', variable = "SHOP_DB"'))
    project.write("DATABASE_URL=sqlite:///x\n", ".env")
    done = project.run(SUITE)

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "SHOP_DB is not set in .env; fix:" in done.output


def report(project: Project, **said: object) -> Done:
    code = f"import sys; print({json.dumps(json.dumps(said))})"
    project.write(code, "heads.py")
    project.write('[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n[release]\n')
    text = (project.folder / "gonogo.toml").read_text()
    project.write(text + 'migrations = { command = "python heads.py" }\n')
    project.write("NAME=shop\n", ".env")
    return project.run(SUITE)


def test_a_command_reports_the_heads(project: Project) -> None:
    pending = [{"id": "2", "rollback_compatible": True}]
    done = report(project, current="1", head="2", pending=pending, sql="ALTER TABLE x ADD y int")

    assert done.told == (0, "GO"), done.output
    assert done.record["migrations"]["rollback_compatible"] is True
    assert done.record["migrations"]["after"] == ["2"]


def test_a_run_without_migrations_imports_no_database(project: Project) -> None:
    project.write('[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n')
    project.write("NAME=shop\n", ".env")
    text = "import sys\ndef test_x(): assert not {'sqlalchemy', 'alembic'} & set(sys.modules)\n"
    (project.folder / "test_last.py").write_text(text)
    done = project.cold.run(SUITE, str(Path("test_last.py")))

    assert "passed" in done.output
    assert "AssertionError" not in done.output
