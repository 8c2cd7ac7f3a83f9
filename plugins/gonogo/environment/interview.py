"""Runs inside the application's own interpreter: what a settings class asks for, and refuses.

Nothing of gonogo is imported here: the source of this file is handed to `python -c`. The question
comes as JSON on standard input; the answer goes as JSON to a file, since the application may print.
"""

import enum
import gc
import importlib
import json
import os
import sys
import types
import typing
from pathlib import Path
from typing import Any

_PLAIN = {"int": "int", "float": "float", "bool": "bool", "UUID": "uuid", "date": "date"}
_PLAIN |= {"AnyUrl": "url", "HttpUrl": "url", "AnyHttpUrl": "url", "EmailStr": "email"}
_PLAIN |= {"PostgresDsn": "postgres-url", "RedisDsn": "redis-url", "AmqpDsn": "amqp-url"}
_PLAIN |= {"MySQLDsn": "mysql-url", "MariaDBDsn": "mysql-url", "MongoDsn": "mongodb-url"}
_SCHEMES = {"HttpUrl": ["http", "https"], "AnyHttpUrl": ["http", "https"]}
_CONVERTERS = {"BeforeValidator", "PlainValidator", "WrapValidator"}
_BEFORE = {"before", "plain", "wrap"}
_KEPT = ("PATH", "HOME", "SYSTEMROOT")  # what a library may need to be imported
_DEEPEST = 6  # models within models

Places = dict[tuple[Any, ...], list[str]]
"""From where pydantic complains, the name of the class first, to the names of variables."""


def main() -> None:
    """Answer one question, and end at once, whatever the application left running."""
    question = json.loads(sys.stdin.buffer.read())
    gc.disable()  # the class of a module whose import fails must not vanish
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update({**kept, **question["values"]})
    sys.path[:] = [*question["path"], *(each for each in sys.path if each)]
    sys.argv[:] = ["gonogo"]
    try:
        answer = _answer(question)
    except BaseException as error:  # noqa: BLE001 - an application may raise anything, SystemExit too
        answer = {"silent": _told(error)}
    file = Path(question["answer"])
    file.with_suffix(".part").write_text(json.dumps(answer), encoding="utf-8")
    file.with_suffix(".part").replace(file)
    os._exit(0)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    settings = _without_files()
    module_name, _, name = question["class"].partition(":")
    broke: BaseException | None = None
    found: Any = None
    try:
        found = getattr(importlib.import_module(module_name), name)
    except BaseException as error:  # noqa: BLE001 - as above
        broke = error
        found = _left_behind(settings, module_name, name, getattr(error, "title", None))
    if isinstance(found, settings):
        found = type(found)
    if not (isinstance(found, type) and issubclass(found, settings)):
        return {"silent": _told(broke) if broke else f"{name} is no pydantic-settings class"}
    places: Places = {}
    answer: dict[str, Any] = {"fields": _fields(found, places, (found.__name__,))}
    if not question["instantiate"]:
        return answer
    return answer | _tried(found, places, broke)


def _left_behind(settings: Any, module: str, name: str, title: str | None) -> Any:
    """Find the class of a module that could not be imported, or the one that stopped the import."""
    known = {(each.__module__, each.__name__): each for each in _below(settings)}
    stopped = [each for each in known.values() if each.__name__ == title]
    return known.get((module, name)) or next(iter(stopped), None)


def _tried(cls: Any, places: Places, broke: BaseException | None) -> dict[str, Any]:
    """Make the settings as the application would."""
    try:
        cls()
    except Exception as error:  # noqa: BLE001 - validators are the application's own code
        refusals = _refusals(error, cls, places)
        return {"refusals": refusals} if refusals else {"silent": _told(error)}
    return {"silent": _told(broke)} if broke else {"refusals": []}


def _without_files() -> Any:
    """Return BaseSettings, changed so that no local file and no argument leaks into it."""
    try:
        dotenv = importlib.import_module("dotenv")
        for module in (dotenv, importlib.import_module("dotenv.main")):
            module.load_dotenv = lambda *_a, **_k: False  # type: ignore[attr-defined]
            module.dotenv_values = lambda *_a, **_k: {}  # type: ignore[attr-defined]
            module.find_dotenv = lambda *_a, **_k: ""  # type: ignore[attr-defined]
    except ImportError:
        pass
    settings: Any = importlib.import_module("pydantic_settings").BaseSettings
    made = settings.__init__
    names = made.__code__.co_varnames
    off = {"_env_file": None, "_cli_parse_args": False}
    off = {name: value for name, value in off.items() if name in names}

    def init(self: Any, *arguments: Any, **values: Any) -> None:
        type(self).model_config["secrets_dir"] = None  # no argument stands for "none at all"
        values.pop("_secrets_dir", None)
        made(self, *arguments, **{**values, **off})

    settings.__init__ = init
    return settings


def _below(cls: Any) -> list[Any]:
    return [each for sub in cls.__subclasses__() for each in (sub, *_below(sub))]


def _told(error: BaseException | None) -> str:
    """Name an error; what it says is scrubbed by the one who asked."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


# what the class asks for


def _fields(
    cls: Any, places: Places, at: tuple[Any, ...], outer: Any = None, stem: str = ""
) -> list[dict[str, Any]]:
    """List the variables of a model; `outer` is the configuration of the settings around it."""
    config = outer or cls.model_config
    prefix = stem if outer else config.get("env_prefix") or ""
    found: list[dict[str, Any]] = []
    for key, field in cls.model_fields.items():
        names = _names(key, field, prefix, config, nested=bool(outer))
        where = (*at, _place(key, field))
        places[where] = places[(*at, key)] = [names[0]]
        inner = _model(field.annotation)
        below = _within(inner, places, where, names[0], config) if inner is not None else []
        if below:
            places[where] = [each["name"] for each in below if each["asked"]] or [names[0]]
        if not _is_settings(inner):
            required = field.is_required() and not outer and not below
            described = _described(cls, key, field) if inner is None else {"description": None}
            asked = {"required": required, "asked": field.is_required()}
            any_case = not config.get("case_sensitive")
            found.append(
                {"name": names[0], "also": names[1:], "any_case": any_case, **asked, **described}
            )
        found += below
    return found


def _described(cls: Any, key: str, field: Any) -> dict[str, Any]:
    default = None if field.is_required() else field.default
    return {
        "default": default is not None and str(default) != "",
        "description": field.description,
        **_rules(cls, key, field),
    }


def _is_settings(model: Any) -> bool:
    return hasattr(model, "settings_customise_sources")


def _within(
    inner: Any, places: Places, at: tuple[Any, ...], name: str, config: Any
) -> list[dict[str, Any]]:
    """List what a model within the settings adds: variables of its own, or parts of a name."""
    if len(at) > _DEEPEST:
        return []
    if _is_settings(inner):
        return _fields(inner, places, (inner.__name__,))
    delimiter = config.get("env_nested_delimiter")
    return _fields(inner, places, at, config, f"{name}{delimiter}") if delimiter else []


def _names(key: str, field: Any, prefix: str, config: Any, *, nested: bool) -> list[str]:
    """Return the names a field is read from, the first is the one to speak of."""
    alias = field.validation_alias
    choices = getattr(alias, "choices", [alias] if alias is not None else [])
    names = [each if isinstance(each, str) else str(each.path[0]) for each in choices]
    if nested:
        names = [f"{prefix}{each}" for each in names]
    by_name = config.get("populate_by_name") or config.get("validate_by_name")
    if not names or by_name:
        names.append(f"{prefix}{key}")
    return names if config.get("case_sensitive") else [each.upper() for each in names]


def _place(key: str, field: Any) -> Any:
    """Return how pydantic names a field in a complaint: by its first alias."""
    alias = field.validation_alias
    first = getattr(alias, "choices", [alias])[0]
    return key if first is None else first if isinstance(first, str) else first.path[0]


def _model(annotation: Any) -> Any:
    """Return the model that a field holds, or None."""
    plain = _without_none(annotation)
    return plain if isinstance(plain, type) and hasattr(plain, "model_fields") else None


def _without_none(annotation: Any) -> Any:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _without_none(typing.get_args(annotation)[0])
    if origin in {typing.Union, types.UnionType}:
        arms = [each for each in typing.get_args(annotation) if each is not type(None)]
        return _without_none(arms[0]) if len(arms) == 1 else None
    return annotation


def _rules(cls: Any, key: str, field: Any) -> dict[str, Any]:
    """Return the rules that can be told from outside; those behind converters cannot."""
    plain = _without_none(field.annotation)
    name = getattr(plain, "__name__", "")
    if name in {"SecretStr", "SecretBytes"}:
        return {
            "secret": True,
            **({} if _converted(cls, key, field) else _limits(field, text=True)),
        }
    if _converted(cls, key, field):
        return {}
    if typing.get_origin(plain) is typing.Literal:
        return _choices(typing.get_args(plain))
    if isinstance(plain, type) and issubclass(plain, enum.Enum):
        return _choices([each.value for each in plain])
    rules: dict[str, Any] = {"type": _PLAIN.get(name, "string")}
    if name in _SCHEMES:
        rules["schemes"] = _SCHEMES[name]
    return rules | _limits(field, text=plain is str)


def _choices(values: Any) -> dict[str, Any]:
    texts = [each for each in values if isinstance(each, str)]
    return {"choices": texts} if texts and len(texts) == len(list(values)) else {}


def _converted(cls: Any, key: str, field: Any) -> bool:
    """Tell whether code of the application changes a value before its type is looked at."""
    if any(type(each).__name__ in _CONVERTERS for each in field.metadata):
        return True
    decorators = cls.__pydantic_decorators__
    if any(each.info.mode in _BEFORE for each in decorators.model_validators.values()):
        return True
    return any(
        each.info.mode in _BEFORE and ({key, "*"} & set(each.info.fields))
        for each in decorators.field_validators.values()
    )


def _limits(field: Any, *, text: bool) -> dict[str, Any]:
    words = ("min_length", "max_length", "pattern") if text else ("ge", "le")
    found = {}
    for each in field.metadata:
        for word in words:
            value = getattr(each, word, None)
            if isinstance(value, int | float | str):
                found[word] = value
    return found


# what the class refuses


def _refusals(error: Exception, cls: Any, places: Places) -> list[dict[str, Any]]:
    """Return each complaint with the variables it is about; values are left out by pydantic."""
    if type(error).__name__ == "SettingsError":
        return [_unparsed(str(error), cls, places)]
    listed = getattr(error, "errors", None)
    if listed is None:
        return []
    found = []
    for each in listed(include_input=False, include_url=False, include_context=False):
        place = (getattr(error, "title", cls.__name__), *each["loc"])
        while place and place not in places:
            place = place[:-1]
        found.append({"names": places.get(place, []), "code": each["type"], "text": each["msg"]})
    return found


def _unparsed(text: str, cls: Any, places: Places) -> dict[str, Any]:
    """A list or a model that is not JSON ends the reading: nothing else was looked at."""
    named = [key for key in cls.model_fields if f'"{key}"' in text]
    names = places.get((cls.__name__, named[0]), []) if named else []
    return {"names": names[:1], "code": "settings_error", "text": text}


if __name__ == "__main__":
    main()
