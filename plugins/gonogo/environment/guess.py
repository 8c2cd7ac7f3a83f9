"""From a real value to a first rule for its variable: its form, and never any part of a secret."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gonogo.core.variable import MODED_TYPES, Variable
from gonogo.environment import keys, secrets, strength, urls
from gonogo.environment.scalars import CHECKS, claims, elements

Rules = dict[str, Any]
"""Keys and values of a table of [env.vars]."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")  # what the configuration takes as a name
_STAGES = frozenset("ENVIRONMENT ENV APP_ENV APP_ENVIRONMENT DEPLOY_ENV SENTRY_ENVIRONMENT".split())
_WORDS = frozenset("true false yes no on off".split())
_SWITCH = re.compile(
    r"(?:IS|USE|ENABLE|ENABLED|DEBUG|ALLOW|DISABLE|HAS)(?:_.*)?|.*_(?:ENABLED|DEBUG)"
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_OPAQUE = re.compile(r"[\w+/=.~-]{20,}")
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_LENGTHS = (64, 32, 16)
_URLS = {
    "postgres": "postgres-url",
    "mysql": "mysql-url",
    "mongodb": "mongodb-url",
    "sqlite": "sqlite-url",
    "redis": "redis-url",
    "amqp": "amqp-url",
    "https": "https-url",
}
_PLAIN = ("uuid", "email")


def guessed(name: str, value: str, target: str) -> Rules:
    """Return the rules that one value suggests; they fit the value they were made from."""
    text = value.strip()
    if not text:
        return {"type": "string", "required": False}
    found = _key(name, text, target) or _items(text) or _url(text) or _secret(name, text)
    if found:
        return found
    if name in _STAGES and text == target:
        return {"equals": "{target}"}
    return {"type": _scalar(name, text)}


def _key(name: str, text: str, target: str) -> Rules:
    """A credential that says what it is, or whose name does and whose form agrees."""
    kind = keys.detect(text)
    named = name.upper().replace("_", "-")
    if kind is None:
        fitting = (each for each in keys.KINDS if each.upper() in named)
        kind = next((each for each in fitting if _fits(each, text)), None)
    if kind is None or not _fits(kind, text):
        return {"type": "jwt"} if claims(text) and text.startswith("eyJ") else {}
    mode = keys.mode(text)
    wanted = "live" if target == "production" else "test"
    if kind in MODED_TYPES and mode == wanted:
        return {"type": kind, "mode": {target: mode}}
    return {"type": kind}


def _fits(kind: str, text: str) -> bool:
    return keys.fits_shape(keys.KINDS[kind], text)


def _url(text: str) -> Rules:
    found = urls.parts(text)
    if isinstance(found, str):
        return {}
    kind = _URLS.get(found.family, _URLS.get(found.scheme, "url"))
    schemes = urls.SCHEMES.get(kind, ())
    fits = not schemes or {found.scheme, found.scheme.partition("+")[0]} & set(schemes)
    return {"type": kind if fits else "url"}


def _secret(name: str, text: str) -> Rules:
    """A name that speaks of a secret, or a value that only a machine can have made."""
    if secrets.is_public(Variable(name)):
        return {}
    opaque = _OPAQUE.fullmatch(text) is not None and _is_random(text)
    if not (secrets.named_like_one(name) or opaque) or CHECKS["uuid"](text) is None:
        return {}
    if CHECKS["email"](text) is None or text.lower() in _WORDS:
        return {}
    length = next((each for each in _LENGTHS if len(text) >= each), None)
    hexadecimal = _HEX.fullmatch(text) is not None
    rules: Rules = {"type": "hex"} if hexadecimal else {}
    return {**rules, **({"min-length": length} if length else {}), "secret": True}


def _is_random(text: str) -> bool:
    kinds = sum(re.search(each, text) is not None for each in ("[a-z]", "[A-Z]", "[0-9]"))
    long_words = re.search(r"[a-z]{8,}", text) is not None
    return kinds >= 2 and not long_words and strength.weakness(text) is None


def _scalar(name: str, text: str) -> str:
    lower = text.lower()
    if lower in _WORDS or (text in {"0", "1"} and _SWITCH.fullmatch(name.upper())):
        return "bool"
    if _NUMBER.fullmatch(text):
        port = name.upper().endswith("PORT") and CHECKS["port"](text) is None
        return "port" if port else "int"
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", text):
        return "float"
    if text[:1] == "{" and CHECKS["json"](text) is None:
        return "json"
    if text[:1] == "[" and elements(text) is not None:
        return "list"
    return next((kind for kind in _PLAIN if CHECKS[kind](text) is None), "string")


def _items(text: str) -> Rules:
    """Several URLs in a row are a list of them; words between commas may be a sentence."""
    parts = elements(text) if "," in text or text[:1] == "[" else None
    whole = parts and all(not isinstance(urls.parts(each), str) for each in parts)
    return {"type": "list", "items": "url"} if whole else {}


def written(rules: Mapping[str, Any]) -> str:
    """Write rules as they stand in [env.vars]: a type alone is a string."""
    if set(rules) == {"type"}:
        return _toml(rules["type"])
    return f"{{ {', '.join(f'{key} = {_toml(value)}' for key, value in rules.items())} }}"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            f"{{ {', '.join(f'{_key_of(key)} = {_toml(each)}' for key, each in value.items())} }}"
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else quoted(value)


def quoted(text: str) -> str:
    """Write a text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in escaped)
        + '"'
    )


def _key_of(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quoted(name)


def table(values: Mapping[str, str], target: str) -> Iterable[str]:
    """Yield the lines of a first [env.vars]."""
    for name, value in values.items():
        rules = written(guessed(name, value, target))
        known = NAME.fullmatch(name) is not None
        yield f"{_key_of(name)} = {rules}" if known else f"# {name}: use letters, digits and '_'"
