"""Env files as text: entries with lines, and every line that cannot be trusted."""

from io import StringIO

import pytest
from dotenv import dotenv_values
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.environment.reading import read
from gonogo.environment.references import MOST

from .conftest import catalogue, reasons, values

READ = {
    "plain": ("A=1\nB=x y\n", {"A": ("1", 1), "B": ("x y", 2)}),
    "empty": ("A=\nB=''\n", {"A": ("", 1), "B": ("", 2)}),
    "quotes": ("A='x # y'\nB=\"x\\ty\"\n", {"A": ("x # y", 1), "B": ("x\ty", 2)}),
    "comment": ("# c\n\nA=1 # c\n", {"A": ("1", 3)}),
    "export": ("export A=1\n", {"A": ("1", 1)}),
    "spaces": ("A = 1\n", {"A": ("1", 1)}),
    "lines": ('A="x\ny"\n\nB=1\n', {"A": ("x\ny", 1), "B": ("1", 4)}),
    "windows": ("A=1\r\nB='2'\r\n", {"A": ("1", 1), "B": ("2", 2)}),
    "mark": ("\ufeffA=1\n", {"A": ("1", 1)}),
    "no end": ("A=1", {"A": ("1", 1)}),
    "last wins": ("A=1\nA=2\n", {"A": ("2", 2)}),
    "quote in a value": ("A=it's\nB=1\n", {"A": ("it's", 1), "B": ("1", 2)}),
    "escaped quote": ("A='it\\'s'\n", {"A": ("it's", 1)}),
}


@pytest.mark.parametrize("name", READ)
def test_entries_keep_their_line(name: str) -> None:
    text, expected = READ[name]
    found = read(text.encode(), ".env").last()

    assert {key: (each.value, each.line) for key, each in found.items()} == expected


FAULTS = {
    "no equals sign": ("OK=1\nA\n", ("A", "syntax", ".env:2")),
    "a word": ("word\n", ("line 1", "syntax", ".env:1")),
    "colon": ("A: 1\n", ("line 1", "syntax", ".env:1")),
    "colon, no space": ("A:1\n", ("line 1", "syntax", ".env:1")),
    "two words": ("A B=1\n", ("line 1", "syntax", ".env:1")),
    "no name": ("=1\n", ("line 1", "syntax", ".env:1")),
    "after the quote": ('A="x"y\n', ("A", "syntax", ".env:1")),
    "never closed": ('\nA="x\nB=1\n', ("A", "syntax", ".env:2")),
    "NUL": ("A=a\0b\n", ("A", "syntax", ".env:1")),
    "typographic": ("A=\u201cx\u201d\n", ("A", "syntax", ".env:1")),
    "twice": ("A=1\nB=1\nA=2\n", ("A", "duplicate", ".env:3")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_line_that_says_nothing_is_a_fault(name: str) -> None:
    text, expected = FAULTS[name]
    (fault,) = read(text.encode(), ".env").faults

    assert (fault.name, fault.reason, fault.where) == expected


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ("A=1\nB=2\n".encode("utf-16"), ".env:1"),
        ("A=1\nB=2\n".encode("utf-16-le"), ".env:1"),
        ("A=1\nB=2\n".encode("utf-16-be"), ".env:1"),
        ("A=1\nB=\u00e9\n".encode("latin-1"), ".env:2"),
    ],
    ids=["utf-16", "little", "big", "latin-1"],
)
def test_another_encoding_is_a_fault_with_its_line(data: bytes, where: str) -> None:
    sheet = read(data, ".env")
    found = catalogue(values(data), {"vars": {"A": "string"}})

    assert [(each.reason, each.where) for each in sheet.faults] == [("encoding", where)]
    assert reasons(found) == {("file", "encoding")}
    assert [each.outcome for each in found.variables()["A"]] == ["UNKNOWN"]


LINES = st.lists(
    st.one_of(
        st.text(alphabet="AB=1 '\"\\#$\r`{}x\u00e9\u00a0", max_size=12),
        st.builds("{}={}".format, st.sampled_from("AB"), st.text("xy'\"#\\ \n$", max_size=8)),
    ),
    max_size=6,
)


@given(lines=LINES)
@settings(max_examples=300, deadline=None)
def test_what_is_read_is_what_python_dotenv_reads(lines: list[str]) -> None:
    text = "\n".join(lines)
    sheet = read(text.encode(), ".env")
    peer = dotenv_values(stream=StringIO(text), interpolate=False, encoding="utf-8")

    if not sheet.faults:
        assert {key: each.value for key, each in sheet.last().items()} == peer


REFERENCES = {
    "earlier line": ("B=1\nA=x${B}y\n", "x1y", set()),
    "process": ("A=${HOST_NAME}\n", "h", set()),
    "file before process": ("HOST_NAME=f\nA=${HOST_NAME}\n", "f", set()),
    "default": ("A=${NOPE:-d}\n", "d", set()),
    "later line": ("A=${B}\nB=1\n", "${B}", {("A", "unresolved")}),
    "nothing": ("A=x${NOPE}\n", "x${NOPE}", {("A", "unresolved")}),
    "itself": ("A=${A}\n", "${A}", {("A", "unresolved")}),
    "provider": ("A=${{Db.URL}}\n", "${{Db.URL}}", {("A", "unresolved")}),
    "command": ("A=$(id)\n", "$(id)", {("A", "unresolved")}),
    "single quotes": ("B=1\nA='x${B}'\n", "x${B}", set()),
    "bare": ("B=1\nA=x$B\n", "x$B", set()),
}


@pytest.mark.parametrize("name", REFERENCES)
def test_references(name: str) -> None:
    text, expected, faults = REFERENCES[name]
    found = values(text, process={"HOST_NAME": "h"})

    assert found.found["A"].text == expected
    assert reasons(catalogue(found, {"vars": {"A": "string"}})) == faults


def test_references_cannot_grow_without_end() -> None:
    text = "A0=xxxxxxxxxx\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60))

    assert max(len(each.text) for each in values(text).found.values()) <= MOST


ODD = {
    "hash": "A=val#c",
    "dollar": "A=pa$sword",
    "two dollars": "A=pa$$word",
    "command": "A=x$(id)",
    "name": "A-B=1",
    "backslash": "A=a\\nb",
    "escape": 'A="a\\tb"',
    "single quotes": "A='x${B}'",
    "spaces": "A = 1",
    "lines": 'A="x\ny"',
    "byte order mark": "\ufeffA=1",
    "windows": "A=1\r\nB=2",
    "no-break space": "A=1\u00a0",
}


@pytest.mark.parametrize("name", ODD)
def test_lines_that_readers_read_differently(name: str) -> None:
    found = catalogue(ODD[name] + "\n", {"portability": "error"})

    assert {reason for _, reason in reasons(found)} >= {"portability"}


@pytest.mark.parametrize(
    "line", ["A=1", "A='x y'", 'A="x # y"', "A=x@y.z", "export A=1", "A=b==", "A=x # c"]
)
def test_lines_that_every_reader_reads_alike(line: str) -> None:
    assert reasons(catalogue(line + "\n", {"portability": "error"})) == set()


def test_a_secret_that_fell_out_of_its_quotes_is_not_told_as_a_name() -> None:
    lost = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "Zk9sQ2==", "q8RtYp"
    text = 'KEY="-----BEGIN\n' + "\n".join(lost) + "\nA:hunter-of-words\n"
    env = {"vars": {"KEY": "private-key"}, "undeclared": "error", "portability": "error"}
    found = catalogue(text, env)
    told = repr([found.variables(), found.files()])

    assert ("KEY", "syntax") in reasons(found)
    assert not any(part.strip("=") in told for part in (*lost, "hunter"))
