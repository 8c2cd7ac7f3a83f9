"""The values that a release will start with, and what is wrong with them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from gonogo.config.load import Plan
from gonogo.config.models import EnvModel, VariableModel
from gonogo.core.errors import ConfigError
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.plugin.run import Ask

_CHECKED = {"string": r"[\s\S]*", "int": r"[+-]?\d+", "hex": r"[0-9a-fA-F]+"}
_CHECKED |= {"port": r"[1-9]\d{0,4}", "url": r"[a-z][a-z0-9+.-]*://\S+"}
_PLACEHOLDER = re.compile(r"(?i)change[-_ ]?(me|this)|your[-_ ].*|<.*>|\{\{.*\}\}|todo|x{4,}")
_KEYS = {"type", "required", "min_length", "max_length", "pattern", "choices", "equals", "prefix"}


class Candidate:
    """Reads the files of the target once; a rule that is not supported yet is UNKNOWN."""

    def __init__(self, plan: Plan) -> None:
        self._target = plan.target.name
        self._env = plan.document.env or EnvModel()
        self._values: dict[str, str] = {}
        for name in plan.target.env_files:
            file = Path(name)
            if not file.is_file():
                raise ConfigError(f"env file {name}: not found; give --gonogo-env-file")
            try:
                values = dotenv_values(file, interpolate=False, encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"env file {name}: {type(error).__name__}") from None
            self._values |= {key: value or "" for key, value in values.items()}
        self.secrets = tuple(value for value in self._values.values() if len(value) >= 8)

    def asks(self, kind: str) -> Iterable[Ask]:
        """Return one question per variable."""
        if kind != "variable":
            return []
        return [
            Ask("variable", name, self._model(name), "environment")
            for name in sorted(self._env.vars)
        ]

    def _model(self, name: str) -> VariableModel:
        found = self._env.vars[name]
        return VariableModel(type=found) if isinstance(found, str) else found

    def observe(self, ask: Ask) -> Observation:
        """Say every fault of one variable at once; never its value."""
        model: VariableModel = ask.subject
        value = self._values.get(ask.slug, "").strip()
        faults = list(self._faults(model, value))
        if faults:
            return Observation(Reading(Outcome.FAIL, "\n".join(faults)))
        more = model.model_fields_set - _KEYS - {"secret", "description", "example"}
        if value and (more or (model.type or "string") not in _CHECKED):
            what = ", ".join(sorted(more)) or f"type {model.type}"
            return Observation(Reading(Outcome.UNKNOWN, f"{what} is not checked yet"))
        return Observation(Reading(Outcome.PASS, "set" if value else "optional, not set"))

    def _faults(  # noqa: C901 - one line a rule
        self, model: VariableModel, value: str
    ) -> Iterable[str]:
        required = model.required
        needed = required if isinstance(required, bool) else self._target in required
        if not value:
            if needed:
                yield f"env.missing: not set for {self._target}; fix: set it where it is deployed"
            return
        shape = _CHECKED.get(model.type or "string")
        if shape is not None and not re.fullmatch(shape, value):
            yield f"env.format: not a {model.type}"
        if _PLACEHOLDER.fullmatch(value):
            yield "env.placeholder: a placeholder, not a value"
        low, high = self._of(model.min_length), self._of(model.max_length)
        if low is not None and len(value) < low:
            yield f"env.length: {len(value)} characters, at least {low} expected"
        if high is not None and len(value) > high:
            yield f"env.length: {len(value)} characters, at most {high} expected"
        pattern, choices = self._of(model.pattern), self._of(model.choices)
        if pattern is not None and not re.fullmatch(pattern, value):
            yield "env.pattern: does not match the pattern"
        if choices is not None and value not in map(str, choices):
            yield f"env.enum: not one of {', '.join(map(str, choices))}"
        yield from self._more(model, value)

    def _more(self, model: VariableModel, value: str) -> Iterable[str]:
        equals, prefix = self._of(model.equals), self._of(model.prefix)
        if equals is not None and value != equals.replace("{target}", self._target):
            yield f"env.forbidden: must be {equals} for {self._target}"
        starts = (prefix,) if isinstance(prefix, str) else tuple(prefix or ())
        if starts and not value.startswith(starts):
            yield f"env.prefix: does not start with {' or '.join(starts)}"

    def _of(self, value: Any) -> Any:
        return value.get(self._target) if isinstance(value, dict) else value
