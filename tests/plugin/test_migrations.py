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
    done = verify(project, sqlite(project.folder / "x.db", "a1", tables=("users",)))

    assert done.told == (0, "GO"), done.output
    assert done.record["migrations"] == {
        "before": ["a1"],
        "after": ["b2"],
        "pending": [
            {
                "id": "b2",
                "declared": None,
                "classified": "expand-only",
                "rollback_compatible": False,
            }
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


def test_a_database_ahead_of_the_release_blocks(project: Project, directory: Directory) -> None:
    done = verify(project, sqlite(project.folder / "x.db", "f00"))

    assert (done.told, done.signals[0]) == ((10, "BLOCK"), "migration"), done.output
    assert "at f00, which is not in this history" in done.output


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


DESTRUCTIVE = [("warn", 0, "GO"), ("block", 10, "BLOCK"), ("allow", 0, "GO")]


@pytest.mark.parametrize(("action", "code", "decision"), DESTRUCTIVE)
def test_what_a_destructive_migration_leads_to(
    project: Project, directory: Directory, action: str, code: int, decision: str
) -> None:
    directory.put("c3", "op.drop_column('users', 'name')")
    url = sqlite(project.folder / "x.db", "b2", tables=("users",))
    done = verify(project, url, more=f', destructive = "{action}"')

    assert done.told == (code, decision), done.output
    assert ("drops column name of users" in done.output) == (action != "allow")
    assert done.record["counts"]["warned"] == (1 if action == "warn" else 0)


def test_what_a_message_of_a_driver_may_not_show() -> None:
    url = "postgresql://shop:pw%40Zq%2Fx@db/shop"

    assert {url, "pw%40Zq%2Fx", "pw@Zq/x"} <= set(hidden(url))
    assert hidden("sqlite:///x.db") == ["sqlite:///x.db"]


def test_the_sql_is_attached_without_secrets(project: Project, directory: Directory) -> None:
    directory.put("c3", f"op.execute(\"CREATE ROLE shop PASSWORD 'odd-{PASSWORD}'\")")
    results = project.folder / "results"
    url = sqlite(project.folder / "x.db", "a1", tables=("users",))
    done = verify(project, url, f"--alluredir={results}")
    written = [file.read_text() for file in results.glob("*attachment.txt")]

    assert done.told == (0, "GO"), done.output
    assert any("ALTER TABLE users ADD COLUMN nick" in text for text in written)
    assert any("PASSWORD '[redacted]'" in text for text in written)
    assert not any(PASSWORD in text for text in written)


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


def test_a_command_that_contradicts_itself_is_no_evidence(project: Project) -> None:
    done = report(project, current="1", head="2", pending=[])

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "contradicts itself: current 1, head 2, 0 pending" in done.output


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('migrations = { tool = "flyway" }', "tool: input should be 'alembic'"),
        ("migrations = {}", "expected tool = "),
        ('migrations = { command = "x", tool = "alembic" }', "a command reports the heads itself"),
        ('migrations = { tool = "alembic", folder = "x" }', "unknown key"),
    ],
)
def test_a_mistake_is_told_at_once(project: Project, lines: str, said: str) -> None:
    project.write(f"{HEAD}[release]\n{lines}\n").write("DATABASE_URL=sqlite:///x\n", ".env")
    done = project.run(SUITE)

    assert done.code == 4, done.output
    assert said in done.output


def test_a_run_without_migrations_imports_no_database(project: Project) -> None:
    project.write('[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n')
    project.write("NAME=shop\n", ".env")
    text = "import sys\ndef test_x(): assert not {'sqlalchemy', 'alembic'} & set(sys.modules)\n"
    (project.folder / "test_last.py").write_text(text)
    done = project.run(SUITE, str(Path("test_last.py")))

    assert "passed" in done.output
    assert "AssertionError" not in done.output
