"""From the bytes of a body to text, within bounds; doubt is an error."""

import re
from collections.abc import Mapping

from gonogo.core.content import ContentError, decode_content, parse_json

LIMIT = 16 << 20  # bytes after decompression
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "utf-16"}


def text_of(headers: Mapping[str, str], body: bytes) -> str:
    """Undo the content-encoding and the charset; raises ContentError."""
    try:
        raw = decode_content(body, headers.get("content-encoding"), LIMIT)
        return raw.decode(_charset(headers, raw)).strip()
    except UnicodeDecodeError as error:
        raise ContentError(str(error)) from None


def is_document(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a body is JSON that can be read for certain."""
    try:
        parse_json(text_of(headers, body), strict=True)
    except ContentError:
        return False
    return True


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a body, once decoded, is a web page."""
    try:
        start = text_of(headers, body)[:4000].lower()
    except ContentError:
        return False
    return start.startswith("<") and ("<html" in start or "<!doctype html" in start)


def _charset(headers: Mapping[str, str], raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    named = _CHARSET.search(headers.get("content-type", ""))
    name = named[1].lower() if named else "utf-8"
    return "utf-8-sig" if name in {"utf-8", "utf8"} or name not in _CHARSETS else name
