"""The shape of a value: its type, its kind of key, its URL, its prefix."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from gonogo.core.variable import KEY_TYPES, URL_TYPES, Variable
from gonogo.environment import keys, urls
from gonogo.environment.scalars import CHECKS, elements


class Setting(NamedTuple):
    """What a value is judged against besides its own rules."""

    target: str
    local: bool
    today: date
    now: float


Found = Iterable[tuple[str, str, str]]
"""Reason, text, fix."""


def shape(variable: Variable, text: str, setting: Setting) -> Found:
    """The type, and what only that type knows."""
    kind = variable.type
    if kind in KEY_TYPES:
        yield from _key(variable, text)
    elif kind in URL_TYPES:
        yield from _url(variable, text, setting)
    elif kind == "list":
        yield from _list(variable, text, setting)
    else:
        wrong = CHECKS[kind](text)
        if wrong:
            yield (*wrong, f"set {_article(kind)}")
        elif variable.localhost is False and _is_loopback(text):
            yield "localhost", _LOCALHOST, "name the host that serves this target"
    yield from _prefix(variable, text)


_LOCALHOST = "leads to the machine itself"


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"


def _key(variable: Variable, text: str) -> Found:
    kind = keys.KINDS[variable.type]
    found = keys.detect(text)
    if found is not None and not keys.fits(kind.name, found):
        yield "wrong_kind", f"{_article(found)} where {_article(kind.name)} belongs", "set that key"
        return
    if not keys.fits_shape(kind, text):
        text = f"not the shape of {_article(kind.name)}: cut off, or another key"
        yield "pattern", text, "copy the whole key anew"
        return
    mode = keys.mode(text)
    if variable.mode is not None and mode != variable.mode:
        yield (
            "wrong_mode",
            f"a {mode} key where {variable.mode} is expected",
            f"set the {variable.mode} key",
        )


def _prefix(variable: Variable, text: str) -> Found:
    if not variable.prefixes or text.startswith(variable.prefixes):
        return
    if keys.detect(text) and variable.type in KEY_TYPES:
        found = keys.detect(text)
        if found and not keys.fits(variable.type, found):
            return  # said already: another kind of key
    expected = " or ".join(variable.prefixes)
    if text.startswith(variable.foreign):
        yield (
            "wrong_mode",
            "starts as the value of another target does",
            f"set one that starts with {expected}",
        )
    else:
        yield "pattern", f"does not start with {expected}", "set a value that does"


def _url(variable: Variable, text: str, setting: Setting) -> Found:
    found = urls.parts(text)
    if isinstance(found, str):
        yield "format", found, f"set {_article(variable.type)}"
        return
    yield from _scheme(variable, found, setting)
    if variable.type == "origin" and (found.path or found.query or found.fragment or found.user):
        yield (
            "format",
            "not an origin: only scheme, host and port",
            "leave out the path and the slash",
        )
    if variable.password and not found.password:
        yield "format", "no password", "write it as scheme://user:password@host"
    strict = variable.localhost is False or (
        variable.localhost is None and variable.type == "origin"
    )
    if strict and found.loopback and not (setting.local and variable.localhost is None):
        yield "localhost", _LOCALHOST, "name the host that serves this target"


def _scheme(variable: Variable, found: urls.Parts, setting: Setting) -> Found:
    schemes = variable.schemes or urls.SCHEMES.get(variable.type, ())
    plain = found.scheme if variable.schemes else found.scheme.partition("+")[0]
    if not schemes or found.scheme in schemes or plain in schemes:
        return
    expected = ", ".join(f"{each}://" for each in schemes)
    if found.scheme in {"http", "ws"} and f"{found.scheme}s" in schemes:
        if not (setting.local and found.loopback):
            yield "insecure_url", f"{found.scheme}, not {found.scheme}s", f"use {found.scheme}s"
    else:
        yield "scheme", f"another scheme than {expected}", "set the URL of the right service"


def _list(variable: Variable, text: str, setting: Setting) -> Found:
    found = elements(text)
    if found is None:
        yield "format", "neither a JSON array nor parts between commas", "write a, b"
        return
    one = Variable(variable.name, type=variable.items, schemes=variable.schemes)
    for position, each in enumerate(found, 1):
        for reason, what, fix in shape(one, each, setting):
            yield reason, f"element {position} of {len(found)}: {what}", fix


def _is_loopback(text: str) -> bool:
    found = urls.parts(text if "://" in text else f"tcp://{text}")
    return isinstance(found, urls.Parts) and found.loopback
