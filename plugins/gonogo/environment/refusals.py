"""What an application's settings class says of the values, as faults of variables."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from gonogo.core.outcome import Outcome
from gonogo.core.variable import Fault, Variable
from gonogo.environment.settings_class import Interview, Refusal
from gonogo.environment.sources import Values

_REASONS = {
    "missing": "missing",
    "literal_error": "enum",
    "enum": "enum",
    "url_scheme": "scheme",
    "string_pattern_mismatch": "pattern",
    "value_error": "forbidden",
    "assertion_error": "forbidden",
    "extra_forbidden": "undeclared",
}
_BY_PART = (
    ("_type", "type"),
    ("int_", "type"),
    ("float_", "type"),
    ("bool_", "type"),
    ("decimal_", "type"),
    ("too_short", "length"),
    ("too_long", "length"),
    ("greater_than", "range"),
    ("less_than", "range"),
    ("multiple_of", "range"),
)
# what pydantic says in these words was made from the class, not from the value
_SAFE = (
    "literal_error",
    "enum",
    "url_scheme",
    "greater_than",
    "less_than",
    "too_short",
    "too_long",
)
_OWN = ("value_error", "assertion_error")  # the application's own words, scrubbed
_FIXED = {
    "missing": ("needs it, and it is not set", "set it where it is deployed"),
    "settings_error": (
        "wants JSON here, and looked at nothing else",
        'write it as JSON, such as ["a", "b"]',
    ),
    "extra_forbidden": ("knows no such variable", "remove it"),
    "string_pattern_mismatch": ("the pattern of the class does not match", "see the class"),
}


@dataclass
class Classes:
    """What each settings class of the schema said; `optional` names what [env.vars] excuses."""

    asked: Mapping[str, Interview] = field(default_factory=dict)
    optional: Collection[str] = frozenset()

    @property
    def unknown(self) -> bool:
        """True where a class did not even say which variables it reads."""
        return any(each.silent and not each.variables for each in self.asked.values())

    def faults(self, own: Values, schema: Mapping[str, Variable]) -> dict[str, list[Fault]]:
        """Return the faults of each class, each with the variable that it is about, or none."""
        return {
            name: list(self._faults(name, said, own, schema)) for name, said in self.asked.items()
        }

    def _faults(
        self, name: str, said: Interview, own: Values, schema: Mapping[str, Variable]
    ) -> Iterable[Fault]:
        unread = sorted((own.sealed | own.faults.keys()) & schema.keys())
        if own.blocked or said.silent:
            text = f"{name}: not asked: {own.blocked or said.silent}"
            fix = "" if own.blocked else "see [env] python, python-path and timeout"
            yield Fault("unknown", name, text, fix, outcome=Outcome.UNKNOWN)
            return
        lost = [each for each in said.refusals if own.doubt and each.code == "missing"]
        if lost:
            text = f"{name}: refuses what may be set: {own.doubt}"
            yield Fault("unknown", name, text, outcome=Outcome.UNKNOWN)
        if unread:
            text = f"{name}: not asked whole, because {', '.join(unread[:3])} cannot be read"
            yield Fault("unknown", name, text, outcome=Outcome.UNKNOWN)
        for refusal in [each for each in said.refusals if each not in lost]:
            about = [each for each in refusal.names if each not in unread]
            if about or not (refusal.names or unread):
                for each in about or [name]:
                    yield self._fault(name, refusal, each, own)

    def _fault(self, name: str, refusal: Refusal, about: str, own: Values) -> Fault:
        value = own.found.get(about)
        text, fix = _words(refusal)
        excused = refusal.code == "missing" and about in self.optional
        if excused:
            fix = "[env.vars] says that it is optional: one of the two is wrong"
        return Fault(
            _reason(refusal.code),
            about,
            f"{name}: {text}",
            fix,
            value.where if value else own.where,
            Outcome.WARN if excused else Outcome.FAIL,
        )


def _reason(code: str) -> str:
    if code in _REASONS:
        return _REASONS[code]
    return next((reason for part, reason in _BY_PART if part in code), "format")


def _words(refusal: Refusal) -> tuple[str, str]:
    """Say what the class refuses: pydantic's own words may quote a letter of the value."""
    if refusal.code in _FIXED:
        return _FIXED[refusal.code]
    if refusal.code in _OWN:
        text = refusal.text.removeprefix("Value error, ").removeprefix("Assertion failed, ")
        return text or "refused by a validator", "set what the class accepts"
    safe = any(part in refusal.code for part in _SAFE)
    said = refusal.text[:1].lower() + refusal.text[1:] if safe else f"refused ({refusal.code})"
    return said, "set what the class accepts"
