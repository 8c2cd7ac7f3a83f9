"""Directories of Alembic as they are found in the wild, broken ones too."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gonogo.migrations.inspector.history import Broken, between, opened
from tests.migrations.directories import Directory

INI = "[alembic]\nscript_location = %(here)s/{}\n{}\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return tmp_path


def heads_of(root: Path, directory: str | None = "migrations", ini: str | None = None) -> list[str]:
    _, script = opened({"root": str(root), "directory": directory, "ini": ini})
    return sorted(script.get_heads())


def pending_of(root: Path, *versions: str) -> list[str]:
    _, script = opened({"root": str(root), "directory": "migrations", "ini": None})
    return [each.revision for each in between(script, versions)]


def write(root: Path, name: str, text: str) -> str:
    """Write a file below the root, and return its text."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    return text


BROKEN: dict[str, tuple[Callable[[Directory], object], bool, str]] = {
    "a missing parent": (
        lambda d: d.put("a1").put("b2", down="gone"),
        True,
        "Revision gone referenced from gone -> b2 (head), about b2 is not present; fix: restore",
    ),
    "a loop": (lambda d: d.put("a1").put("b2", down="b2"), True, "loop is detected"),
    "a cycle": (
        lambda d: d.put("a1").put("b2", down="c3").put("c3", down="b2").put("d4", down="a1"),
        True,
        "Cycle is detected in revisions (b2, c3); fix: correct down_revision",
    ),
    "an id twice": (
        lambda d: (d.put("a1"), write(d.folder, "copy.py", (d.folder / "a1_x.py").read_text())),
        True,
        "Revision a1 is present more than once; fix: give one of the two another id",
    ),
    "no Python": (
        lambda d: (d.put("a1"), write(d.folder, "bad.py", "def upgrade(:\n")),
        True,
        "bad.py:1 does not compile under Python",
    ),
    "no id": (
        lambda d: (d.put("a1"), write(d.folder, "bad.py", "x = 1\n")),
        True,
        "has no attribute 'down_revision'; fix: give it a revision",
    ),
    "an import that is not here": (
        lambda d: d.put("a1", top="import shop_of_nobody"),
        False,
        "a1_x.py:8: ModuleNotFoundError: No module named 'shop_of_nobody'; fix: python =",
    ),
    "an error at import": (
        lambda d: d.put("a1", top="1 / 0"),
        False,
        "a1_x.py:8: ZeroDivisionError: division by zero",
    ),
    "one that exits": (lambda d: d.put("a1", top="raise SystemExit(0)"), False, "SystemExit: 0"),
    "an operation at import": (lambda d: d.put("a1", top="op.drop_table('x')"), False, "NameError"),
    "nothing in it": (lambda d: d, False, "no revision in migrations; fix: directory"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_directory(root: Path, name: str) -> None:
    make, against, said = BROKEN[name]
    make(Directory(root))
    with pytest.raises(Broken) as raised:
        heads_of(root)

    assert said in str(raised.value)
    assert raised.value.against is against
    assert "\n" not in str(raised.value)
    assert str(root) not in str(raised.value)


def test_a_folder_that_is_not_there(root: Path) -> None:
    with pytest.raises(Broken, match="no folder migrations; fix: directory"):
        heads_of(root)
    with pytest.raises(Broken, match=r"no file other\.ini"):
        heads_of(root, None, "other.ini")


def test_a_directory_without_an_ini_file(root: Path) -> None:
    write(root, "shop_rows.py", "NAME = 'x'\n")
    Directory(root).put("a1", top="import shop_rows")

    assert heads_of(root) == ["a1"]
    assert heads_of(root, None) == ["a1"]


def test_an_ini_file_says_where(root: Path) -> None:
    Directory(root, "backend/db/scripts").put("a1")
    write(root, "backend/alembic.ini", INI.format("db/scripts", ""))

    assert heads_of(root, "backend") == ["a1"]
    assert heads_of(root, None, "backend/alembic.ini") == ["a1"]
    assert heads_of(root, "backend/db/scripts") == ["a1"]


def test_version_locations_of_an_ini_file(root: Path) -> None:
    Directory(root).put("a1")
    Directory(root, "more", last="a1").put("b2")
    write(
        root,
        "alembic.ini",
        INI.format(
            "migrations",
            "path_separator = space\n"
            "version_locations = %(here)s/migrations/versions %(here)s/more/versions",
        ),
    )

    assert heads_of(root) == ["b2"]


def test_pyproject_says_where(root: Path) -> None:
    Directory(root, "db").put("a1")
    write(root, "pyproject.toml", '[tool.alembic]\nscript_location = "%(here)s/db"\n')

    assert heads_of(root, None) == ["a1"]


def branched(root: Path) -> Directory:
    directory = Directory(root).put("a1").put("b2").put("c3", down="a1")
    return directory.put("d4", down=("b2", "c3")).put("e5")


def test_a_merge_joins_heads(root: Path) -> None:
    branched(root)

    assert heads_of(root) == ["e5"]
    assert set(pending_of(root)) == {"a1", "b2", "c3", "d4", "e5"}
    assert pending_of(root)[0] == "a1"


@pytest.mark.parametrize(
    ("versions", "pending"),
    [
        (("b2",), ["c3", "d4", "e5"]),
        (("b2", "c3"), ["d4", "e5"]),
        (("e5",), []),
        (("gone",), []),
        (("e",), []),
        (("head",), []),
    ],
)
def test_what_is_pending(root: Path, versions: tuple[str, ...], pending: list[str]) -> None:
    branched(root)

    assert pending_of(root, *versions) == pending


def test_what_another_branch_depends_on_comes_first(root: Path) -> None:
    directory = Directory(root).put("a1").put("b2", down=None, labels=("shop",))
    directory.put("c3", depends="a1")

    assert pending_of(root, "b2") == ["a1", "c3"]
