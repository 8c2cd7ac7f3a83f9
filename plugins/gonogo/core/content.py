"""Bounded decoding of content: a hostile body costs a bounded amount of memory and time."""

import json
import re
import zlib
from typing import Any

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_LAYERS = 3  # some servers compress twice by mistake; more is an attack
_PARTS = 200_000  # of a JSON document: bounds the memory of what is parsed
_DEPTH = 100  # levels of nesting
_NESTING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


class ContentError(ValueError):
    """The body is not what its content-encoding says, or is too large."""


def decode_content(body: bytes, content_encoding: str | None, limit: int) -> bytes:
    """Undo gzip and deflate, the last applied first; at most `limit` bytes come out."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",", 2 * _LAYERS)]
    layers = [name for name in names if name not in {"", "identity"}]
    if len(layers) > _LAYERS:
        raise ContentError(f"compressed more than {_LAYERS} times")
    for name in reversed(layers):
        if name not in _WINDOWS:
            raise ContentError(f"unknown content-encoding {name[:20]!r}")
        body = _inflate(body, _WINDOWS[name], limit)
    return body


def parse_json(body: bytes | str, *, strict: bool = False) -> Any:
    """Parse a document of bounded size and depth; raises ContentError.

    `strict` refuses what readers disagree about: a key that stands twice, NaN and Infinity.
    """
    try:
        text = body if isinstance(body, str) else body.decode(json.detect_encoding(body))
    except UnicodeDecodeError:
        raise ContentError("not JSON") from None
    if sum(map(text.count, ",[{")) > _PARTS or _too_deep(text):
        raise ContentError("too large, or nested too deep, to be read")
    try:
        return json.loads(text, **_STRICT if strict else {})
    except (ValueError, RecursionError):
        raise ContentError("not JSON") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands twice, and which one is meant is not known")
    return table


def _refuse(_constant: str) -> float:
    raise ValueError("not a number")


_STRICT: dict[str, Any] = {"object_pairs_hook": _unique, "parse_constant": _refuse}


def _too_deep(text: str) -> bool:
    depth = 0
    for match in _NESTING.finditer(text):
        mark = match[0]
        if mark in {"[", "{"}:
            depth += 1
            if depth > _DEPTH:
                return True
        elif mark in {"]", "}"}:
            depth -= 1
    return False


def _inflate(body: bytes, window: int, limit: int) -> bytes:
    decoder = zlib.decompressobj(window)
    try:
        out = decoder.decompress(body, limit + 1)
    except zlib.error:
        if window != 15:
            raise ContentError("the compressed body is broken") from None
        return _inflate(body, -15, limit)  # many servers send raw deflate under that name
    if len(out) > limit:
        raise ContentError(f"more than {limit} bytes when decompressed")
    if not decoder.eof:
        raise ContentError("the compressed body is cut short")
    return out
