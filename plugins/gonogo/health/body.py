"""From the bytes of a body to text or JSON, within bounds; doubt is an error."""

import json
import re
from collections.abc import Mapping
from typing import Any

from gonogo.core.content import ContentError, decode_content

LIMIT = 16 << 20  # bytes after decompression
DEPTH = 100  # levels of nesting
MARKS = 1_000_000  # brackets and commas: bounds the memory that the parsed document takes
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_NESTING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "utf-16"}


class BodyError(ValueError):
    """The body cannot be read for certain."""


def text_of(headers: Mapping[str, str], body: bytes) -> str:
    """Undo the content-encoding and the charset; raises BodyError."""
    try:
        raw = decode_content(body, headers.get("content-encoding"), LIMIT)
        return raw.decode(_charset(headers, raw)).strip()
    except (ContentError, UnicodeDecodeError) as error:
        raise BodyError(str(error)) from None


def document_of(text: str) -> Any:
    """Parse JSON of bounded size and depth, each key once; raises BodyError."""
    if sum(map(text.count, ",[{")) > MARKS or _too_deep(text):
        raise BodyError("too large, or nested too deep")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BodyError("not JSON") from None


def is_document(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a body is JSON that can be read for certain."""
    try:
        document_of(text_of(headers, body))
    except BodyError:
        return False
    return True


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a body, once decoded, is a web page."""
    try:
        start = text_of(headers, body)[:4000].lower()
    except BodyError:
        return False
    return start.startswith("<") and ("<html" in start or "<!doctype html" in start)


def _charset(headers: Mapping[str, str], raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    named = _CHARSET.search(headers.get("content-type", ""))
    name = named[1].lower() if named else "utf-8"
    return "utf-8-sig" if name in {"utf-8", "utf8"} or name not in _CHARSETS else name


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands twice, and which one is meant is not known")
    return table


def _refuse(_constant: str) -> float:
    raise ValueError("not a number")


def _too_deep(text: str) -> bool:
    depth = 0
    for match in _NESTING.finditer(text):
        mark = match[0]
        if mark in {"[", "{"}:
            depth += 1
            if depth > DEPTH:
                return True
        elif mark in {"]", "}"}:
            depth -= 1
    return False
