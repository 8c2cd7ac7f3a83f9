"""Rules that already exist elsewhere: a JSON Schema, or an example of an env file."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gonogo.core.errors import ConfigError
from gonogo.core.outcome import Outcome
from gonogo.core.variable import TYPES, Fault, Variable
from gonogo.environment import secrets
from gonogo.environment.reading import read
from gonogo.environment.settings_class import Interview
from gonogo.environment.sources import contents, shown

_CLASS = r"[A-Za-z_][\w.]*:[A-Za-z_]\w*"
_TAG = r"@(\w+)(?:=([\w-]+))?"
_KINDS = {"integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "json"}
_FORMATS = {"uri": "url", "email": "email", "uuid": "uuid", "hostname": "host", "date": "date"}
_FORMATS |= {"date-time": "datetime", "postgres-dsn": "postgres-url", "redis-dsn": "redis-url"}
_FORMATS |= {"byte": "base64", "password": "string", "idn-email": "email"}
_UNDERSTOOD = frozenset(
    "type enum const pattern minLength maxLength minimum maximum format writeOnly description "
    "default examples title anyOf env env_names deprecated readOnly items $comment".split()
)
_ON_TOP = frozenset(
    "properties required additionalProperties type title description $schema $id $comment".split()
)


@dataclass
class Imported:
    """Rules by name, what could not be taken over, and whether other names are allowed."""

    variables: dict[str, Variable] = field(default_factory=dict)
    gaps: list[Fault] = field(default_factory=list)
    closed: bool = False
    classes: dict[str, Interview] = field(default_factory=dict)


def imported(names: Iterable[str], root: Path, asked: Callable[[str], Interview]) -> Imported:
    """Merge every schema of the configuration, the later one wins; `asked` asks a class."""
    merged = Imported()
    for name in names:
        if re.fullmatch(_CLASS, name):
            merged.classes[name] = said = asked(name)
            merged.variables |= said.variables
            continue
        data = contents(Path(root, name), name, "[env] schema")
        found = (
            _from_json(data, name) if name.endswith(".json") else _from_example(data, name, root)
        )
        merged.variables |= found.variables
        merged.gaps += found.gaps
        merged.closed = merged.closed or found.closed
    return merged


def _gap(name: str, text: str) -> Fault:
    return Fault("unknown", name, f"{name}: {text}", outcome=Outcome.UNKNOWN)


def _from_example(data: bytes, name: str, root: Path) -> Imported:
    """A blank value is required, any other one a default, and forbidden where it is a secret."""
    sheet = read(data, shown(name, root))
    if sheet.undecodable:
        raise ConfigError(f"[env] schema {name}: not UTF-8; save it as UTF-8")
    lines = data.decode("utf-8-sig").splitlines()
    found = Imported(gaps=[_gap(name, str(fault)) for fault in sheet.faults])
    for key, entry in sheet.last().items():
        above: list[str] = []
        for line in reversed(lines[: entry.line - 1]):
            if not line.lstrip().startswith("#"):
                break
            above.insert(0, line.strip("# \t"))
        inline = lines[entry.line - 1].partition(" #")[2]
        found.variables[key] = _example(key, entry.value.strip(), " ".join([*above, inline]))
    return found


def _example(name: str, value: str, comment: str) -> Variable:
    tags: dict[str, str] = dict(re.findall(_TAG, comment))
    kind = tags.get("type", "string")
    secret = True if "sensitive" in tags else None
    told = re.sub(_TAG, "", comment).strip()
    variable = Variable(
        name, kind if kind in TYPES else "string", secret=secret, description=told or None
    )
    hidden = secrets.holds_one(variable)
    optional = "optional" in tags or re.search(r"\boptional\b", told, re.IGNORECASE) is not None
    needed = "required" in tags or (not optional and (hidden or not value))
    return replace(variable, required=needed, example=value if hidden and value else None)


def _from_json(data: bytes, name: str) -> Imported:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError):
        raise ConfigError(f"[env] schema {name}: not JSON") from None
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        raise ConfigError(f"[env] schema {name}: no object with properties")
    found = Imported(closed=schema.get("additionalProperties") is False)
    found.gaps += [_unread(name, key) for key in sorted(schema.keys() - _ON_TOP)]
    required = set(schema.get("required", ()))
    for key, rules in properties.items():
        plain = _without_null(rules if isinstance(rules, dict) else {})
        variable = _property(key, plain, needed=key in required)
        found.variables[key] = variable
        unread = sorted((plain.keys() - _UNDERSTOOD) | set(_unusable(plain)))
        found.gaps += [_unread(name, f"{key}.{word}") for word in unread]
        if "format" in plain and plain["format"] not in _FORMATS:
            found.gaps.append(_unread(name, f"{key}.format"))
    return found


def _unread(name: str, key: str) -> Fault:
    return _gap(name, f"{key!r} is not checked; say it in [env.vars] or [[env.rules]]")


def _without_null(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Optional fields come as anyOf of a type and null."""
    arms = rules.get("anyOf")
    if not isinstance(arms, list):
        return dict(rules)
    kept = [arm for arm in arms if isinstance(arm, dict) and arm.get("type") != "null"]
    rest = {key: value for key, value in rules.items() if key != "anyOf"}
    return {**rest, **kept[0]} if len(kept) == 1 else {**rest, "anyOf of several": kept}


def _property(name: str, rules: Mapping[str, Any], *, needed: bool) -> Variable:
    kind = _FORMATS.get(str(rules.get("format"))) or _KINDS.get(str(rules.get("type")), "string")
    choices = rules.get("enum", [rules["const"]] if "const" in rules else None)
    hidden = rules.get("writeOnly") is True or rules.get("format") == "password"
    examples = rules.get("examples")
    return Variable(
        name,
        type=kind,
        required=needed,
        choices=tuple(map(_text, choices)) if choices else None,
        pattern=_anywhere(rules.get("pattern")),
        minimum=_number(rules.get("minimum")),
        maximum=_number(rules.get("maximum")),
        min_length=_number(rules.get("minLength")),
        max_length=_number(rules.get("maxLength")),
        secret=True if hidden else None,
        example=_text(examples[0]) if isinstance(examples, list) and examples else None,
        description=rules.get("description"),
    )


def _unusable(rules: Mapping[str, Any]) -> Iterable[str]:
    """Yield the words whose values are not what JSON Schema asks for."""
    for word in ("minimum", "maximum", "minLength", "maxLength"):
        if word in rules and _number(rules[word]) is None:
            yield word
    if "pattern" in rules and _anywhere(rules["pattern"]) is None:
        yield "pattern"


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _anywhere(pattern: Any) -> str | None:
    """A pattern of JSON Schema matches anywhere, ours match the whole value."""
    try:
        re.compile(pattern)
    except (re.error, TypeError):
        return None
    return rf"[\s\S]*(?:{pattern})[\s\S]*"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
