"""An env file to entries with file, line and value; what every reader would not read alike."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import IO, TYPE_CHECKING, NamedTuple

from gonogo.core.variable import Fault

if TYPE_CHECKING:
    from dotenv.parser import Binding

_ASSIGNED = r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*="
_ASSIGNMENT = r"\s*(?:export\s+)?[^=\s]+\s*=[^\S\r\n]*"
_PLAIN = re.compile(
    r"([A-Za-z_][A-Za-z0-9_]*)="
    r"(?!=)([A-Za-z0-9_.:/@+,=%~^?&;*!()-]*|([\"'])([^\"'\\\r\n\0$`]*)\3)[ \t]*\r?"
)
_OPENED = r"""[^=#]*=[^\S\r\n]*(["'])(?:\\.|(?!\1)[^\\])*\\?"""
_CLOSING = {
    "'": r"(?:\\.|[^'\\])*'",
    '"': r'(?:\\.|[^"\\])*"',
}
_UPPER = r"[A-Z_][A-Z0-9_]*"
LONGEST = 500  # lines of one value
LONGEST_NAME = 40
_UNCLOSED = "the quote is never closed"
_SMART = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Entry(NamedTuple):
    """One assignment: `raw` is what stands after the sign, `quote` how it was quoted."""

    name: str
    value: str
    line: int
    file: str
    raw: str = ""
    quote: str = ""
    spaced: bool = False

    def __repr__(self) -> str:
        return f"{self.name} of {self.where}"

    @property
    def where(self) -> str:
        """File and line, as editors and CI logs know it."""
        return f"{self.file}:{self.line}"


@dataclass
class Sheet:
    """One env file as read: `entries` in order of the file, `broken` names with no usable value."""

    file: str
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    faults: tuple[Fault, ...] = ()
    broken: frozenset[str] = frozenset()
    readable: bool = True
    bom: bool = False
    crlf: bool = False

    @property
    def undecodable(self) -> tuple[Fault, ...]:
        """Return why no value of the sheet can be known."""
        return () if self.readable else self.faults

    def last(self) -> dict[str, Entry]:
        """Return the entry that wins for each name."""
        return {entry.name: entry for entry in self.entries}


def read(data: bytes, file: str) -> Sheet:
    """Return everything that an env file says, and every line that says nothing."""
    bom = data.startswith(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _undecodable(data, file, error.start)
    if _looks_like_utf16(data):
        return _undecodable(data, file, 0)
    entries: list[Entry] = []
    faults: list[Fault] = []
    opened = False
    for entry, fault in _lines(text, file):
        if entry and opened and not re.fullmatch(_UPPER, entry.name):
            lost = "may belong to the quote above that is never closed"
            name = f"line {entry.line}"
            faults.append(Fault("syntax", name, lost, "close the quote", entry.where))
            continue
        entries += [entry] if entry else []
        faults += [fault] if fault else []
        opened = opened or (fault is not None and fault.text == _UNCLOSED)
    faults += _duplicates(entries)
    broken = {fault.name for fault in faults if fault.reason == "syntax"}
    kept = tuple(entry for entry in entries if entry.name not in broken)
    return Sheet(file, kept, tuple(faults), frozenset(broken), bom=bom, crlf="\r\n" in text)


def _undecodable(data: bytes, file: str, at: int) -> Sheet:
    wide = data.startswith(_UTF16) or _looks_like_utf16(data)
    line = 1 if wide else data.count(b"\n", 0, at) + 1
    found = "UTF-16" if wide else f"not UTF-8 (byte {at})"
    fix = "save the file as UTF-8 without a byte order mark"
    text = f"the file is {found}, so that no value of it can be trusted"
    return Sheet(
        file, faults=(Fault("encoding", "file", text, fix, f"{file}:{line}"),), readable=False
    )


def _looks_like_utf16(data: bytes) -> bool:
    """Every second byte of plain text in UTF-16 is zero."""
    sample = data[:200]
    return len(sample) >= 4 and (sample[1::2].count(0) * 2 > len(sample[1::2])) != (
        sample[::2].count(0) * 2 > len(sample[::2])
    )


def _lines(text: str, file: str) -> Iterable[tuple[Entry | None, Fault | None]]:
    """Plain lines are read at once; anything else goes through python-dotenv's own parser."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        line = lines[index]
        plain = _PLAIN.fullmatch(line)
        if plain:
            quote = plain[3] or ""
            value = plain[4] if quote else plain[2]
            yield Entry(plain[1], value, index + 1, file, plain[2], quote), None
            index += 1
            continue
        size = _span(lines, index)
        comment = line.lstrip().startswith("#") and "\r" not in line.rstrip("\r")
        if line.strip() and not comment:
            for binding in _parsed(StringIO("\n".join(lines[index : index + size]))):
                yield _judge(binding, binding.original.line + index, file)
        index += size


def _parsed(stream: IO[str]) -> "Iterable[Binding]":
    from dotenv.parser import parse_stream  # noqa: PLC0415 - plain files do without

    return parse_stream(stream)


def _span(lines: Sequence[str], start: int) -> int:
    """Count the lines of an assignment: more than one where a quote stays open."""
    opened = re.fullmatch(_OPENED, lines[start])
    if opened:
        closing = _CLOSING[opened[1]]
        for index in range(start + 1, min(start + LONGEST, len(lines))):
            if re.match(closing, lines[index]):
                return index - start + 1
    return 1


def _judge(binding: "Binding", line: int, file: str) -> tuple[Entry | None, Fault | None]:
    text = binding.original.string
    lead = len(text) - len(text.lstrip())
    line += text[:lead].count("\n")
    where = f"{file}:{line}"
    if binding.error:
        return None, _unreadable(text, line, where)
    if binding.key is None:
        return None, None
    name = binding.key
    if not _is_name(name):
        odd = "the part before '=' is not a name"
        return None, Fault("syntax", f"line {line}", odd, "write NAME=value", where)
    if binding.value is None:
        bare = "a name without '='; some readers drop it, some take the value of the host"
        told = name if re.fullmatch(_UPPER, name) else f"line {line}"
        return None, Fault("syntax", told, bare, "write NAME=value, or remove the line", where)
    raw = re.sub(_ASSIGNMENT, "", text, count=1).strip("\r\n")
    quote = raw[:1] if raw[:1] in {"'", '"', "`"} else ""
    bad = _bad_value(raw, quote, name)
    if bad:
        lost = raw.startswith("=") and not re.fullmatch(_UPPER, name)  # the end of a base64 text
        return None, Fault("syntax", f"line {line}" if lost else name, bad[0], bad[1], where)
    spaced = re.match(r"[^=]*\s=|[^=]*=\s", text.lstrip()) is not None
    return Entry(name, binding.value, line, file, raw, quote, spaced), None


def _is_name(name: str) -> bool:
    """A line of a secret that fell out of its quotes must not be told as a name."""
    plain = re.fullmatch(r"[^\W\d][\w.-]*", name) is not None
    return plain and (len(name) <= LONGEST_NAME or re.fullmatch(_UPPER, name) is not None)


def _unreadable(text: str, line: int, where: str) -> Fault:
    assigned = re.match(_ASSIGNED, text)
    assigned = assigned if assigned and _is_name(assigned[1]) else None
    name = assigned[1] if assigned else f"line {line}"
    after = text[assigned.end() :].strip() if assigned else ""
    if after[:1] in {"'", '"'}:
        closed = after.count(after[0]) > 1
        what = "text after the closing quote" if closed else _UNCLOSED
        return Fault("syntax", name, what, "quote the whole value, once", where)
    return Fault("syntax", name, "not an assignment", "write NAME=value", where)


def _bad_value(raw: str, quote: str, name: str) -> tuple[str, str] | None:
    if "\0" in raw or "\0" in name:
        return "the value holds a NUL byte", "write the value anew, as plain text"
    if raw[:1] and raw[0] in _SMART:
        return "typographic quotes are part of the value", "use straight quotes, or none"
    if quote == "`" and (raw.count("`") < 2 or "\n" in raw):
        return "the backtick is never closed", "use double quotes"
    if not quote and raw.startswith(("=",)):
        return "two equals signs", "write NAME=value, and quote a value that starts with '='"
    return None


def _duplicates(entries: Iterable[Entry]) -> Iterable[Fault]:
    first: dict[str, Entry] = {}
    for entry in entries:
        earlier = first.setdefault(entry.name, entry)
        if earlier is not entry:
            same = "the same value" if earlier.value == entry.value else "another value"
            text = f"set a second time, to {same} (first in line {earlier.line}); the last one wins"
            yield Fault("duplicate", entry.name, text, "keep one line", entry.where)


def is_portable(name: str) -> bool:
    """Tell whether every shell takes this as a name."""
    return name.isascii() and name.isidentifier()
