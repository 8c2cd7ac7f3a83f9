"""Lines that readers of env files read differently: python-dotenv, node, compose, docker, shell."""

import re
from collections.abc import Iterable

from gonogo.core.outcome import Outcome
from gonogo.core.variable import Fault
from gonogo.environment.reading import Entry, Sheet, is_portable

_COMMAND = r"\$\(|`"
_DOLLAR = r"\$[A-Za-z_]|\$\$"
_REFERENCE = r"\$\{"
_HASH = r"(?<=\S)#"
_ODD_ESCAPE = r"\\[^n\\$]"
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+,=%~^-]*")


def disagreements(sheet: Sheet, outcome: Outcome) -> Iterable[Fault]:
    """Yield what other readers would make of the lines of a sheet."""
    if sheet.bom:
        text = "starts with a byte order mark; a shell and old readers lose the first variable"
        fix = "save the file as UTF-8 without a byte order mark"
        yield Fault("portability", "file", text, fix, f"{sheet.file}:1", outcome)
    if sheet.crlf:
        text, fix = "Windows line ends, which a shell takes for a part of the values", "use LF"
        yield Fault("portability", "file", text, fix, f"{sheet.file}:1", outcome)
    for entry in sheet.entries:
        if _PLAIN.fullmatch(entry.raw) and is_portable(entry.name) and not entry.spaced:
            continue
        for text, fix in _reasons(entry):
            yield Fault("portability", entry.name, text, fix, entry.where, outcome)


def _reasons(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.spaced:
        yield "white space around '=' is an error for a shell and for docker", "leave it out"
    if "\n" in entry.raw:
        yield "docker run --env-file reads the first line only", "write '\\n' in double quotes"
    if not is_portable(entry.name):
        yield "not a name for a shell, and some readers drop it", "use letters, digits and '_'"
    match entry.quote:
        case "'":
            yield from _in_single_quotes(entry)
        case '"':
            yield from _in_double_quotes(entry)
        case "`":
            yield "a shell runs what stands in backticks", "use single quotes"
        case _:
            yield from _unquoted(entry)


def _in_single_quotes(entry: Entry) -> Iterable[tuple[str, str]]:
    if re.search(_REFERENCE, entry.raw):
        yield "'${…}' is text for most readers, but python-dotenv expands it", "avoid '${'"
    if "\\'" in entry.raw:
        yield "an escaped quote within single quotes", "use another quote"


def _in_double_quotes(entry: Entry) -> Iterable[tuple[str, str]]:
    yield from _dollars(entry)
    if re.search(_ODD_ESCAPE, entry.raw):
        yield "an escape that readers do not read alike", "use single quotes"


def _unquoted(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.raw.strip() != entry.raw.strip(" \t"):
        yield "an odd white space character, which some readers keep", "remove it"
    before_comment = re.split(r"\s#", entry.raw, maxsplit=1)[0]
    if re.search(_HASH, before_comment) or before_comment.startswith("#"):
        yield "some readers cut the value at '#'", "quote the value"
    yield from _dollars(entry)
    if "\\" in entry.raw:
        yield "an unquoted backslash is dropped by some readers", "use single quotes"


def _dollars(entry: Entry) -> Iterable[tuple[str, str]]:
    if re.search(_COMMAND, entry.raw):
        yield "some readers run a command here; gonogo never does", "use single quotes"
    elif re.search(_DOLLAR, entry.raw):
        yield "some readers replace the part after '$'", "use single quotes"
