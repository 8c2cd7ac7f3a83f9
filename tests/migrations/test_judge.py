"""What was found of a schema, and what it amounts to."""

import os
import time
from pathlib import Path

import pytest

from gonogo.core.migration import Effect, Migrations, Revision
from gonogo.core.observation import Observation
from gonogo.migrations import judge
from gonogo.migrations.command import read, reported
from gonogo.migrations.process import Talk
from gonogo.migrations.script import LONGEST
from gonogo.migrations.survey import Surveyed, family_of, without_databases
from tests.migrations.directories import ADD, USERS, Directory, look, sqlite

ADDS = Revision("b2", "adds")
DROPS = Revision("b2", effects=(Effect("breaks", "drops table users"),))
UNCLEAR = Revision("b2", effects=(Effect("unclear", "changes rows"),))
DECLARED = Revision("b2", effects=DROPS.effects, declared=True)
REFUSED = Revision("b2", declared=False)


def at(*versions: str, revision: Revision = ADDS, **more: object) -> Surveyed:
    found = {
        "heads": ("b2",),
        "known": frozenset({"a1", "b2"}),
        "versions": versions,
        "pending": () if versions == ("b2",) else ("b2",),
        "revisions": {"b2": revision},
    }
    return Surveyed(**{**found, **more})  # type: ignore[arg-type]


def told(seen: Observation) -> tuple[str, str]:
    return str(seen.reading.outcome), seen.reading.text


HISTORIES = {
    "one head": (at("a1"), (), "PASS", "one head: b2"),
    "two heads": (at("a1", heads=("b2", "c3")), (), "FAIL", "2 heads: b2, c3; fix: alembic merge"),
    "two branches": (
        at("a1", heads=("b2", "c3"), branches={"x": ["b2"], "y": ["c3"]}),
        ("x", "y"),
        "PASS",
        "2 heads, one a branch: b2, c3",
    ),
    "a branch forked": (
        at("a1", heads=("b2", "c3"), branches={"x": ["b2", "c3"]}),
        ("x",),
        "FAIL",
        "branch x has 2 heads: b2, c3",
    ),
    "no such branch": (at("a1", branches={"z": []}), ("z",), "FAIL", "branch z has no head"),
    "a head of no branch": (
        at("a1", heads=("b2", "c3"), branches={"x": ["b2"]}),
        ("x",),
        "FAIL",
        "c3 is on none of the branches x",
    ),
    "broken": (Surveyed(history_against="a cycle"), (), "FAIL", "the history is broken: a cycle"),
    "silent": (Surveyed(history_silence="no Alembic"), (), "UNKNOWN", "no Alembic"),
    "nothing": (Surveyed(), (), "UNKNOWN", "the history is not known"),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_the_history(name: str) -> None:
    found, branches, outcome, said = HISTORIES[name]
    seen = told(judge.history(Migrations("alembic", branches=branches), found))

    assert (seen[0], said in seen[1]) == (outcome, True), seen


DATABASES = {
    "at the head": (at("b2"), "PASS", "is at the head b2"),
    "before it": (at("a1"), "PASS", "is at a1, 1 pending"),
    "empty": (at(has_table=False), "PASS", "is at base, 1 pending"),
    "ahead": (at("c3"), "FAIL", "is at c3, which is not in this history"),
    "half a name": (at("b"), "FAIL", "is at b, which is not in this history"),
    "a word of Alembic": (at("head"), "FAIL", "is at head, which is not in this history"),
    "one of two foreign": (at("a1", "c3"), "FAIL", "is at c3, which"),
    "tables of another": (
        at(has_table=False, unmanaged=("users",)),
        "UNKNOWN",
        "has 1 tables but no alembic_version; fix: version-table",
    ),
    "tables beside a version table": (
        at(unmanaged=("users",)),
        "WARN",
        "no revision in the database, but 1 tables",
    ),
    "a version table elsewhere": (
        at(has_table=False, unmanaged=("shop.alembic_version", "shop.users")),
        "UNKNOWN",
        'is in another schema: shop.alembic_version; fix: version-table-schema = "shop"',
    ),
    "tables that will be made": (
        at(unmanaged=("users",), creates=("users",)),
        "FAIL",
        "has users already: the first migration cannot create it",
    ),
    "unreachable": (
        Surveyed(database_silence="connection refused", heads=("b2",)),
        "UNKNOWN",
        "cannot be asked: connection refused",
    ),
    "no history": (at("a1", heads=None, known=None, pending=None), "UNKNOWN", "cannot be followed"),
    "overlapping": (at("a1", "b2", history_against="b2 overlaps"), "FAIL", "b2 overlaps"),
    "nothing said": (at("a1", pending=None), "UNKNOWN", "what is pending is not known"),
}


@pytest.mark.parametrize("name", DATABASES)
def test_the_database(name: str) -> None:
    found, outcome, said = DATABASES[name]
    seen = judge.database(Migrations("alembic"), found)

    assert (told(seen)[0], said in told(seen)[1]) == (outcome, True), seen
    facts = seen.facts["migrations"]
    assert (facts["pending"] is None) == (outcome not in {"PASS", "WARN"})
    assert (facts["rollback_compatible"] is None) == (facts["pending"] is None)


SURVIVALS = {
    ("adds", "warn"): (ADDS, "PASS", "only adds"),
    ("drops", "warn"): (DROPS, "WARN", "b2 is destructive: drops table users"),
    ("drops", "block"): (DROPS, "FAIL", "declare rollback_compatible"),
    ("drops", "allow"): (DROPS, "PASS", "are allowed"),
    ("unclear", "warn"): (UNCLEAR, "WARN", "b2 is unclassified: changes rows"),
    ("unclear", "block"): (UNCLEAR, "UNKNOWN", "b2 is unclassified"),
    ("declared", "block"): (DECLARED, "PASS", "declared compatible"),
    ("refused", "warn"): (REFUSED, "WARN", "b2: declares that the version before cannot run"),
    ("refused", "block"): (REFUSED, "FAIL", "b2: declares"),
}


@pytest.mark.parametrize("case", SURVIVALS, ids="-".join)
def test_what_the_old_version_meets(case: tuple[str, str]) -> None:
    revision, outcome, said = SURVIVALS[case]
    seen = told(
        judge.survivable(Migrations("alembic", destructive=case[1]), at("a1", revision=revision))
    )

    assert (seen[0], said in seen[1]) == (outcome, True), seen


@pytest.mark.parametrize(
    ("revision", "trust", "compatible"),
    [
        (ADDS, "declared", False),
        (ADDS, "classified", True),
        (DROPS, "classified", False),
        (UNCLEAR, "classified", False),
        (DECLARED, "declared", True),
        (REFUSED, "classified", False),
    ],
)
def test_what_the_record_says_to_the_guard(
    revision: Revision, trust: str, compatible: bool
) -> None:
    about = Migrations("alembic", compatible=trust)
    facts = judge.database(about, at("a1", revision=revision)).facts["migrations"]

    assert facts["rollback_compatible"] is compatible
    assert facts["pending"][0]["rollback_compatible"] is compatible


@pytest.mark.parametrize(
    ("action", "outcome"), [("warn", "WARN"), ("block", "FAIL"), ("allow", "PASS")]
)
def test_what_cannot_be_undone(action: str, outcome: str) -> None:
    found = at("a1", revision=Revision("b2", one_way="downgrade() does nothing"))
    seen = told(judge.undoable(Migrations("alembic", irreversible=action), found))

    assert seen[0] == outcome
    assert "b2: downgrade() does nothing" in seen[1]


GAPS = [
    at("c3"),
    at("a1", revisions={}),
    at("a1", unexamined="did not end within 1s"),
    Surveyed(history_silence="no Alembic"),
    Surveyed(database_silence="refused", heads=("b2",), known=frozenset({"b2"})),
]


@pytest.mark.parametrize("found", GAPS, ids=range(len(GAPS)))
def test_what_was_not_examined_never_passes(found: Surveyed) -> None:
    for ask in (judge.rendered, judge.survivable, judge.undoable):
        for action in ("warn", "block", "allow"):
            about = Migrations("alembic", destructive=action, irreversible=action)
            assert told(ask(about, found))[0] == "UNKNOWN"


def test_the_sql_that_is_attached() -> None:
    sql = "CREATE ROLE a PASSWORD 'x''y'; ALTER ROLE b IDENTIFIED BY 'z';\n-- http://u:w@h/"
    cut = Revision("b2", "adds", sql=sql, unrendered="reads")
    seen = judge.rendered(Migrations("alembic"), at("a1", revision=cut))
    text = seen.attachments[0].text

    assert told(seen) == ("WARN", "the SQL of 1 of 1 pending is not complete\nb2: reads")
    assert text.startswith(
        "-- b2 adds\n-- NOT COMPLETE: reads\nCREATE ROLE a PASSWORD '[redacted]';"
    )
    assert not [word for word in ("x''y", "'z'", ":w@") if word in text]
    long = judge.rendered(Migrations("alembic"), at("a1", revision=Revision("b2", sql="x" * 2**21)))
    assert len(long.attachments[0].text) < LONGEST + 100
    assert told(judge.rendered(Migrations("command"), at("a1")))[0] == "WARN"


def test_downgrades_that_do_nothing_are_found(tmp_path: Path) -> None:
    directory = Directory(tmp_path).put("a1", USERS, "pass").put("b2", ADD, "raise KeyError('no')")
    directory.put("c3", ADD, '"""Nothing to do."""').put("d4", ADD, "return")
    directory.put("e5", ADD, "if 1:\n    raise RuntimeError").put("f6", "pass", "pass")
    directory.put("g7", ADD, "for row in op.get_bind().execute(sa.text('SELECT 1')): pass")
    directory.put("h8", ADD, "if op is None:\n    op.drop_column('users', 'nick')")
    directory.put("i9", ADD, down="h8")
    file = directory.folder / "i9_x.py"
    file.write_text(file.read_text().partition("def downgrade")[0] + "downgrade = list\n")
    found = look(tmp_path, sqlite(tmp_path / "x.db"))
    said = {each.id: each.one_way for each in found.revisions.values()}

    assert said == {
        "a1": "downgrade() does nothing",
        "b2": "downgrade() raises KeyError",
        "c3": "downgrade() does nothing",
        "d4": "downgrade() does nothing",
        "e5": "downgrade() raises RuntimeError",
        "f6": None,
        "g7": None,
        "h8": "downgrade() does nothing",
        "i9": "downgrade() does nothing",
    }
    assert found.versions == ()


def test_a_migration_that_leaves(tmp_path: Path) -> None:
    Directory(tmp_path).put("a1", USERS).put("b2", "import os\nos._exit(0)").put("c3", ADD)
    found = look(tmp_path, sqlite(tmp_path / "x.db"))
    seen = told(judge.survivable(Migrations("alembic", destructive="allow"), found))

    assert seen == ("UNKNOWN", "b2, c3 could not be examined: it ended early"), seen
    assert (found.heads, tuple(found.revisions)) == (("c3",), ("a1",))


def test_a_process_that_hangs_is_ended_with_what_it_said(tmp_path: Path) -> None:
    script = 'echo \'{"kind": "heads"}\'; sleep 60 & echo no JSON; sleep 60'
    talk = Talk(["sh", "-c", script], tmp_path, {"PATH": os.environ["PATH"]}, "the process")
    began = time.monotonic()
    told, trouble = talk.told(0.5)

    assert (told, trouble) == ([{"kind": "heads"}], "the process did not end within 0.5s")
    assert time.monotonic() - began < 10


def test_an_interpreter_without_alembic(tmp_path: Path) -> None:
    Directory(tmp_path).put("a1", USERS)
    bare = tmp_path / "python"
    bare.write_text('#!/bin/sh\nexec python3 -S -E "$@"\n')
    bare.chmod(0o755)
    found = look(tmp_path, None, python="./python")

    assert "Alembic is not installed; fix: pip install" in (found.history_silence or "")
    assert "cannot be started" in (look(tmp_path, None, python="no-such").history_silence or "")


def test_no_variable_leads_to_a_database() -> None:
    environ = {
        "DATABASE_URL": "postgresql+asyncpg://u:p@db.internal/x",
        "READ": "mysql://db/x",
        "FILE": "sqlite:///real.db",
        "PGHOST": "db.internal",
        "NAME": "shop",
    }
    kept = without_databases(environ)

    assert kept.pop("NAME") == "shop"
    assert "PGHOST" not in kept
    assert not [value for value in kept.values() if "internal" in value or "real" in value]
    assert kept["DATABASE_URL"].startswith("postgresql+asyncpg://")


def test_names_of_databases() -> None:
    names = [family_of(f"{each}://x") for each in ("postgres", "mariadb", "sqlite+aiosqlite")]

    assert names == ["postgresql", "mysql", "sqlite"]


REPORTS = {
    '{"current": "1", "head": "1", "pending": []}': None,
    '{"current": null, "head": "1", "pending": [{"id": "1"}]}': None,
    '{"current": ["1"], "head": ["2", "3"], "pending": [{"id": "2"}, {"id": "3"}]}': None,
    "": "printed no JSON",
    "[]": "printed something else; expected",
    '{"current": "1"}': "printed something else",
    '{"current": "1", "head": "", "pending": []}': "head is neither a name nor a list",
    '{"current": "1", "head": null, "pending": []}': "head is neither",
    '{"current": "1", "head": [], "pending": []}': "head is empty",
    '{"current": 1, "head": "1", "pending": []}': "current is neither",
    '{"current": "1", "head": "2", "pending": "2"}': "pending no list",
    '{"current": "1", "head": "2", "pending": [2]}': 'an entry of pending has no "id"',
    '{"current": "1", "head": "2", "pending": [{"id": " "}]}': "has no",
    '{"current": "1", "head": "2", "pending": []}': "contradicts itself",
    '{"current": "2", "head": "2", "pending": [{"id": "3"}]}': "contradicts itself",
    '{"current": "2", "head": "3", "pending": [{"id": "2"}, {"id": "3"}]}': "contradicts itself",
    '{"current": "1", "head": "3", "pending": [{"id": "3"}, {"id": "2"}]}': "is not the head 3",
    '{"current": "1", "head": "2", "pending": [{"id": "2"}, {"id": "2"}]}': "twice",
    '{"current": "1", "head": "2", "pending": [{"id": "2", "rollback_compatible": "y"}]}': "wrong",
    '{"current": "1", "head": "2", "pending": [{"id": "2", "destructive": true}]}': "wrong type",
    '{"current": "1", "head": "1", "pending": [], "sql": 3}': "sql is no text",
}


@pytest.mark.parametrize("text", REPORTS, ids=range(len(REPORTS)))
def test_what_a_command_may_print(tmp_path: Path, text: str) -> None:
    said = REPORTS[text]
    (tmp_path / "out").write_text(text)
    found = reported(Migrations("command", command="cat out"), tmp_path, "t", {})

    if said is None:
        assert found.history_silence is None
        assert found == read(text)
    else:
        assert said in (found.history_silence or "")
        assert told(judge.history(Migrations("command"), found))[0] == "UNKNOWN"
        assert told(judge.database(Migrations("command"), found))[0] == "UNKNOWN"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false", "ended with status 1"),
        ("sleep 60", "did not end within 0.2s"),
        ("no-such-program", "no-such-program cannot be started"),
        ("cat 'open", "No closing quotation"),
    ],
)
def test_a_command_that_says_nothing(tmp_path: Path, command: str, said: str) -> None:
    about = Migrations("command", command=command, timeout=0.2 if "sleep" in command else 30)
    found = reported(about, tmp_path, "t", {})

    assert said in (found.history_silence or "")


def test_a_command_gets_the_values_of_the_target(tmp_path: Path) -> None:
    script = 'printf \'{"current": "%s", "head": "%s", "pending": []}\' $AT $GONOGO_TARGET'
    (tmp_path / "heads").write_text(script)
    found = reported(Migrations("command", command="sh heads"), tmp_path, "x1", {"AT": "x1"})

    assert found.versions == ("x1",)


def test_a_migration_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    Directory(tmp_path).put("a1", USERS)
    file = tmp_path / "migrations" / "versions" / "a1_x.py"
    file.write_bytes(b"# -*- coding: latin-1 -*-\n# \xe9\n" + file.read_bytes())
    found = look(tmp_path, "sqlite:///x.db")

    assert found.unexamined is None
    assert found.revisions["a1"].sql.startswith("CREATE TABLE users")
