"""Complaints about the configuration: section, key, what was expected, the closest known word."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from gonogo.config.models import Document

KINDS = "'auth', 'api-key', 'read-write'"
Location = Sequence[str | int]


def closest(word: str, known: Iterable[str]) -> str:
    """Return a hint such as "; did you mean 'live'?", or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""


def complaints(error: ValidationError) -> list[str]:
    """Translate pydantic's errors; values are left out, they may be secrets."""
    merged: dict[str, list[str]] = {}
    for each in error.errors(include_input=False, include_url=False):
        location = _keys(each["loc"])
        merged.setdefault(_where(location), []).append(_what(each, location))
    return [f"{where}: {' or '.join(dict.fromkeys(what))}" for where, what in merged.items()]


def _keys(location: Location) -> list[str]:
    """Leave out the names that pydantic gives to the arms of a union."""
    kept: list[str] = []
    for place, part in enumerate(location):
        text = str(part)
        arm = text in {"str", "int", "float", "bool"} or text.endswith("Model")
        arm = arm or text.startswith(("dict[", "list[", "literal[", "function-", "constrained-"))
        arm = arm or (place == 2 and location[0] == "journeys")  # the kind that was chosen
        if not arm:
            kept.append(text)
    return kept


def _where(keys: Sequence[str]) -> str:
    if len(keys) <= 1:
        return keys[0] if keys else "top level"
    *section, key = keys
    return f"[{'.'.join(_quoted(part) for part in section)}] {key}"


def _quoted(part: str) -> str:
    return part if part.replace("-", "").replace("_", "").isalnum() else f'"{part}"'


def _what(each: Any, keys: Sequence[str]) -> str:
    message: str = each["msg"].removeprefix("Value error, ")
    if each["type"] == "extra_forbidden":
        return f"unknown key{closest(keys[-1], known_keys(keys[:-1]))}"
    if each["type"] == "missing":
        return "this key is required"
    if each["type"].startswith("union_tag"):
        return f"kind: expected one of {each['ctx'].get('expected_tags') or KINDS}"
    return message[:1].lower() + message[1:]


def known_keys(keys: Sequence[str]) -> list[str]:
    """Return the keys that the section at this place knows."""
    models: list[type[BaseModel]] = [Document]
    place = list(keys)
    while place and models:
        key = place.pop(0)
        fields = [f for model in models for f in model.model_fields.values() if f.alias == key]
        models = [model for each in fields for model in _models_in(each.annotation)]
        if place and any(_is_table_of_tables(each.annotation) for each in fields):
            place.pop(0)
    return [str(f.alias) for model in models for f in model.model_fields.values()]


def _is_table_of_tables(annotation: Any) -> bool:
    arms = (annotation, *get_args(annotation))
    return any(getattr(arm, "__origin__", None) in {dict, list} for arm in arms)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for arm in get_args(annotation) for model in _models_in(arm)]
