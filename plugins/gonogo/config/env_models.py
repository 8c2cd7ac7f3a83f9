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
    required: bool | list[str] | dict[str, bool] = True
    choices: PerTarget[list[str | int]] | None = None
    equals: PerTarget[str] | None = None
    pattern: PerTarget[str] | None = None
    prefix: PerTarget[str | list[str]] | None = None
    schemes: PerTarget[list[str]] | None = None
    items: PerTarget[str] | None = None
    min: PerTarget[int | float] | None = None
    max: PerTarget[int | float] | None = None
    min_length: PerTarget[int] | None = None
    max_length: PerTarget[int] | None = None
    secret: PerTarget[bool] | None = None
    public: PerTarget[bool] | None = None
    mode: PerTarget[Literal["test", "live"]] | None = None
    distinct: PerTarget[bool | Literal["value", "database"]] | None = None
    localhost: PerTarget[bool] | None = None
    password: PerTarget[bool] | None = None
    strength: PerTarget[Literal["strong", "any"]] | None = None
    max_age: PerTarget[Duration] | None = None
    example: str | None = None
    description: str | None = None

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
    any_of: Names | None = None
    distinct: Names | None = None
    when: dict[str, str] | None = None
    require: Names | None = None

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
    schema_: list[str] = []
    python: str | None = None
    python_path: list[str] = []
    timeout: Duration = 20.0
    undeclared: Literal["error", "warn", "ignore"] = "warn"
    drift: Literal["error", "warn", "ignore"] = "warn"
    portability: Literal["error", "warn", "ignore"] = "warn"
    vars: dict[str, Annotated[VariableModel, BeforeValidator(_long_form)]] = {}
    rules: list[EnvRuleModel] = []
    rotated: dict[str, date] = {}

    @field_validator("vars")
    @classmethod
    def _names(cls, value: dict[str, VariableModel]) -> dict[str, VariableModel]:
        for name in value:
            if _NAME.fullmatch(name) is None:
                raise ValueError(f"{name!r} is no name of a variable: letters, digits and '_'")
        return value
