"""The [env] section: what the values of a release must look like, and where they come from."""

import difflib
import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field, field_validator, model_validator

from gonogo.config.section import Section
from gonogo.config.values import Duration
from gonogo.core.variable import MODED_TYPES, NUMBER_TYPES, TYPES, URL_TYPES

T = TypeVar("T")
PerTarget: TypeAlias = T | dict[str, T]
Names = Annotated[list[str], Field(min_length=1)]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def _each(value: Any) -> list[Any]:
    """Return what holds for each target of a key that may be a table of targets."""
    values = list(value.values()) if isinstance(value, dict) else [value]
    return [each for each in values if each is not None]


class VariableModel(Section):
    """Every key but the texts for people takes one value, or a table of targets."""

    type: PerTarget[str] | None = None
    """What it looks like; default: string."""
    required: bool | list[str] | dict[str, bool] = True
    """False, or the targets that need it."""
    choices: PerTarget[list[str | int]] | None = None
    """It is one of these."""
    equals: PerTarget[str] | None = None
    """It is exactly this; `{target}` is the name of the target."""
    pattern: PerTarget[str] | None = None
    """All of it matches this regular expression."""
    prefix: PerTarget[str | list[str]] | None = None
    """It starts with this, or with one of these."""
    schemes: PerTarget[list[str]] | None = None
    """A URL of one of these schemes."""
    items: PerTarget[str] | None = None
    """list: the type of each element."""
    min: PerTarget[int | float] | None = None
    """A number of at least this."""
    max: PerTarget[int | float] | None = None
    """A number of at most this."""
    min_length: PerTarget[int] | None = None
    """At least so many characters."""
    max_length: PerTarget[int] | None = None
    """At most so many characters."""
    secret: PerTarget[bool] | None = None
    """It is one, whatever its name; nothing of it is ever shown."""
    public: PerTarget[bool] | None = None
    """It is shipped to browsers, so it must hold no secret."""
    mode: PerTarget[Literal["test", "live"]] | None = None
    """A key of this mode."""
    distinct: PerTarget[bool | Literal["value", "database"]] | None = None
    """Another target must not have the same; `database` compares server and name."""
    localhost: PerTarget[bool] | None = None
    """False: it must not lead to the machine itself."""
    password: PerTarget[bool] | None = None
    """A URL that has a password."""
    strength: PerTarget[Literal["strong", "any"]] | None = None
    """`any`: do not judge how strong a secret is."""
    max_age: PerTarget[Duration] | None = None
    """How old it may be, by [env.rotated]."""
    example: str | None = None
    """A value for .env.example; never a valid one for a secret."""
    description: str | None = None
    """What it is for, told where it is missing."""

    @field_validator("type", "items")
    @classmethod
    def _known_types(cls, value: Any) -> Any:
        for word in _each(value):
            if word not in TYPES:
                near = difflib.get_close_matches(word, TYPES, n=1, cutoff=0.5)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ValueError(f"unknown type {word!r}{hint}")
        return value

    @field_validator("pattern")
    @classmethod
    def _patterns(cls, value: Any) -> Any:
        for text in _each(value):
            try:
                re.compile(text)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _keys_fit_the_type(self) -> "VariableModel":
        types = set(_each(self.type)) or {"string"}
        needs = (
            ("min", self.min, NUMBER_TYPES),
            ("max", self.max, NUMBER_TYPES),
            ("mode", self.mode, MODED_TYPES),
            ("items", self.items, ("list",)),
            ("schemes", self.schemes, URL_TYPES),
            ("password", self.password, URL_TYPES),
        )
        for key, value, fitting in needs:
            if value is not None and types.isdisjoint(fitting):
                raise ValueError(f"{key!r} needs a type that knows it: {', '.join(fitting)}")
        return self


def _long_form(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class EnvRuleModel(Section):
    all_or_none: Names | None = None
    """All of these are set, or none."""
    any_of: Names | None = None
    """At least one of these is set."""
    distinct: Names | None = None
    """These together differ between targets."""
    when: dict[str, str] | None = None
    """Where these variables have these values …"""
    require: Names | None = None
    """… these must be set."""

    @model_validator(mode="after")
    def _one_shape(self) -> "EnvRuleModel":
        shapes = [self.all_or_none, self.any_of, self.distinct, self.when]
        if sum(bool(each) for each in shapes) != 1 or bool(self.when) != bool(self.require):
            raise ValueError(
                "expected one of all-or-none, any-of, distinct, or when together with require"
            )
        return self


class EnvModel(Section):
    sources: dict[str, str | list[str]] = {}
    """Where values come from, by target: a file, `process`, `railway` or `render`."""
    schema_: list[str] = []
    """What they are judged by, besides [env.vars]: a settings class, a JSON Schema, an
    .env.example."""
    python: str | None = None
    """The interpreter that imports the settings class; default: this one."""
    python_path: list[str] = []
    """Folders that it imports from."""
    timeout: Duration = 20.0
    """How long that may take."""
    undeclared: Literal["error", "warn", "ignore"] = "warn"
    """What a name leads to that nobody declared."""
    drift: Literal["error", "warn", "ignore"] = "warn"
    """What a name leads to that another target has and this one lacks."""
    portability: Literal["error", "warn", "ignore"] = "warn"
    """What a line leads to that programs read differently."""
    vars: dict[str, Annotated[VariableModel, BeforeValidator(_long_form)]] = {}
    """One entry a variable: a type, or a table of rules."""
    rules: list[EnvRuleModel] = []
    """Rules between variables."""
    rotated: dict[str, date] = {}
    """When a secret was changed last, as a date."""

    @field_validator("vars")
    @classmethod
    def _names(cls, value: dict[str, VariableModel]) -> dict[str, VariableModel]:
        for name in value:
            if _NAME.fullmatch(name) is None:
                raise ValueError(f"{name!r} is no name of a variable: letters, digits and '_'")
        return value
