"""Texts of other programs may quote the values they were given: no secret gets through."""

import re
from collections.abc import Mapping

from gonogo.core.variable import Variable
from gonogo.environment import secrets

LEAST = 4  # characters: shorter parts of a value are found in any text
MARK = "[…]"
LONGEST = 300  # characters of a line
_OPAQUE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[\w+/=-]{16,}")


def scrubbed(text: str, values: Mapping[str, str], schema: Mapping[str, Variable]) -> str:
    """Return one line without any part of a secret, and without any other value as a whole."""
    line = " ".join(text.split())[: 2 * LONGEST]
    hidden = bytearray(len(line))
    for name, value in values.items():
        for part, whole in _parts(value.strip(), schema.get(name, Variable(name))):
            for start, end in _found(line, part, whole=whole):
                hidden[start:end] = b"\1" * (end - start)
    kept = "".join("\0" if flag else each for each, flag in zip(line, hidden, strict=True))
    return re.sub("\0+", MARK, kept)[:LONGEST]


def _parts(value: str, variable: Variable) -> list[tuple[str, bool]]:
    """Return what to hide of a value, and whether only as a whole."""
    secret = secrets.holds_one(variable) or _OPAQUE.fullmatch(value) is not None
    within = [(part, False) for part in secrets.hidden(variable.name, value, variable)]
    return [(value, not secret), *within]


def _found(line: str, value: str, *, whole: bool) -> list[tuple[int, int]]:
    """Return where a line holds a value as a word of its own, or any four characters of it."""
    if whole or len(value) < LEAST:
        pattern = rf"(?<!\w){re.escape(value)}(?!\w)"
        return [each.span() for each in re.finditer(pattern, line)] if value else []
    low, lower = value.lower(), line.lower()
    if len(lower) != len(line):
        return [(0, len(line))]  # letters that change their length: nothing can be located
    starts = range(len(line) - LEAST + 1)
    return [(at, at + LEAST) for at in starts if lower[at : at + LEAST] in low]
