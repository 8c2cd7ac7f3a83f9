"""The JSON Schema of gonogo.toml: what an editor needs to complete and to check it."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from gonogo.config.descriptions import descriptions
from gonogo.config.models import Document
from gonogo.config.values import amount, duration, quota, rate, ratio, time_of_day
from gonogo.core.variable import TYPES

_DURATION = {"type": "string", "pattern": r"^\s*\d+(\.\d+)?(ms|s|m|h|d)\s*$"}
_RATIO = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d.*%$"}]}
_RATE = {"type": "string", "pattern": r"^\d+(\.\d+)?/(s|m)$"}
_QUOTA = {"type": "string", "pattern": r"^[1-9]\d{0,3}/[mhd]$"}
_SIZE = {"type": "string", "pattern": r"^\s*\d+(\.\d+)? ?[kKmMgGtT]?i?[bB]\s*$"}
_TIME = {"type": "string", "pattern": r"^\s*\d\d:[0-5]\d(:00)?\s*$"}
_AMOUNT = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, _SIZE]}
_WRITTEN: dict[Any, dict[str, Any]] = {
    amount: _AMOUNT,
    duration: _DURATION,
    quota: _QUOTA,
    ratio: _RATIO,
    rate: _RATE,
    time_of_day: _TIME,
}


class _AsWritten(GenerateJsonSchema):
    """Durations, ratios and the like are described as people write them.

    Whatever else is converted may at least be written as a text.
    """

    def function_before_schema(self, schema: Any) -> JsonSchemaValue:
        function = schema["function"]["function"]
        written = _WRITTEN.get(function)
        if written is not None:
            return dict(written)
        inner: JsonSchemaValue = super().function_before_schema(schema)
        if getattr(function, "__name__", "") == "_long_form":
            return {"anyOf": [{"type": "string", "enum": sorted(TYPES)}, inner]}
        if getattr(function, "__name__", "") == "_as_list":
            return {"anyOf": [inner["items"], inner]}
        return inner if inner.get("type") == "string" else {"anyOf": [{"type": "string"}, inner]}

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """Say what each key is for, as its model does."""
        found = super().model_schema(schema)
        texts = descriptions(schema["cls"])
        for name, field in schema["cls"].model_fields.items():
            if name in texts:
                found["properties"][field.alias or name]["description"] = texts[name]
        return found

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A title that repeats the key says nothing."""
        _ = schema
        return False


def document_schema() -> dict[str, Any]:
    """Return a JSON Schema, draft 2020-12."""
    schema = _tidied(Document.model_json_schema(by_alias=True, schema_generator=_AsWritten))
    variable = schema["$defs"]["VariableModel"]["properties"]
    for key in ("type", "items"):
        variable[key]["anyOf"][0]["enum"] = sorted(TYPES)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "gonogo.toml"}
    return {**schema, **head}


def _tidied(value: Any) -> Any:
    """TOML has no null: leave out what is said of it, defaults in seconds, names of classes."""
    if isinstance(value, list):
        return [_tidied(each) for each in value if each != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    kept = {key: _tidied(each) for key, each in value.items()}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    if "default" in kept and (kept["default"] is None or "pattern" in kept):
        del kept["default"]
    if isinstance(kept.get("anyOf"), list) and len(kept["anyOf"]) == 1:
        kept |= kept.pop("anyOf")[0]
    return kept
