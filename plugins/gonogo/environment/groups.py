"""Rules between variables of one target, and between the values of several targets."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gonogo.core.outcome import Outcome
from gonogo.core.variable import KEY_TYPES, URL_TYPES, Fault, Variable
from gonogo.environment import secrets, urls
from gonogo.environment.scalars import truth
from gonogo.environment.sources import Value, Values

_SET = "set it where it is deployed"


class Rule(NamedTuple):
    """One rule of [[env.rules]]; `kind` is its shape, `when` belongs to the shape "when"."""

    kind: str
    names: tuple[str, ...]
    when: tuple[tuple[str, str], ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every variable that the rule speaks of."""
        return (*(name for name, _ in self.when), *self.names)

    @property
    def slug(self) -> str:
        """The test ID: the shape and the variables."""
        return f"{self.kind}/{'-'.join(self.all_names)}"[:60]


def broken(rule: Rule, own: Values, others: Mapping[str, Values]) -> Iterable[Fault]:
    """Yield every fault of one rule."""
    asked = [name for name, _ in rule.when] if rule.kind == "when" else rule.names
    hidden = [name for name in asked if name in own.sealed and rule.kind in {"when", "distinct"}]
    why = own.blocked or (f"{', '.join(hidden)} cannot be read" if hidden else None)
    if why:
        yield Fault("unknown", "+".join(rule.names), why, outcome=Outcome.UNKNOWN)
        return
    for fault in _violations(rule, own, others):
        if own.doubt and fault.reason in {"group", "missing"}:
            text = f"{fault.text}, or it cannot be seen: {own.doubt}"
            yield Fault("unknown", fault.name, text, outcome=Outcome.UNKNOWN)
        else:
            yield fault


def _violations(rule: Rule, own: Values, others: Mapping[str, Values]) -> Iterable[Fault]:
    unset = [name for name in rule.names if not own.has(name)]
    have = [name for name in rule.names if own.has(name)]
    match rule.kind:
        case "all-or-none" if have and unset:
            for name in unset:
                text = f"not set, but {', '.join(have)} {'is' if len(have) == 1 else 'are'}"
                yield Fault("group", name, f"{name}: {text}", "set all of them, or none")
        case "any-of" if not have:
            text = f"none of {', '.join(rule.names)} is set"
            yield Fault("group", "+".join(rule.names), text, "set one of them")
        case "when" if all(_equal(own.text(name), wanted) for name, wanted in rule.when):
            told = " and ".join(f"{name} is {wanted}" for name, wanted in rule.when)
            for name in unset:
                yield Fault("missing", name, f"{name}: not set, but {told}", _SET)
        case "distinct" if not unset:
            yield from _same_group(rule, own, others)


def _equal(value: str, wanted: str) -> bool:
    return value == wanted or (truth(value) is not None and truth(value) == truth(wanted))


def _same_group(rule: Rule, own: Values, others: Mapping[str, Values]) -> Iterable[Fault]:
    mine = [own.text(name).lower() for name in rule.names]
    for target, values in others.items():
        why = _unread(values, rule.names)
        if why:
            text = f"not compared with {target}: {why}"
            yield Fault("unknown", "+".join(rule.names), text, outcome=Outcome.UNKNOWN)
        elif mine == [values.text(name).lower() for name in rule.names]:
            text = f"together the same as for {target}"
            yield Fault("shared", "+".join(rule.names), text, "give each target its own")


def _unread(values: Values, names: Iterable[str]) -> str | None:
    """Say why the values of another target cannot be compared."""
    if values.blocked:
        return values.blocked
    sealed = [name for name in names if name in values.sealed]
    lacking = [name for name in names if values.doubt and not values.has(name)]
    return f"{sealed[0]} cannot be read" if sealed else values.doubt if lacking else None


def shared(variable: Variable, own: Values, others: Mapping[str, Values]) -> Iterable[Fault]:
    """Compare a distinct variable with the same one of other targets; only names are told."""
    value = own.found.get(variable.name)
    implied = not variable.distinct and _own_secret(variable)
    if not (implied or variable.distinct in _COMPARED) or value is None or not value.text.strip():
        return
    mine = _identity(variable, own.text(variable.name))
    outcome = Outcome.WARN if implied else Outcome.FAIL
    for target, values in others.items():
        why = _unread(values, [variable.name])
        if why and implied:
            continue
        if why:
            text = f"not compared with {target}: {why}"
            yield Fault("unknown", variable.name, text, outcome=Outcome.UNKNOWN)
            continue
        theirs = values.text(variable.name)
        if theirs and mine == _identity(variable, theirs):
            what = "the same database" if variable.distinct == "database" else "the same value"
            text = f"{what} as for {target}"
            fix = "give each target its own"
            yield Fault("shared", variable.name, text, fix, value.where, outcome)


_COMPARED = frozenset({"value", "database"})


def _own_secret(variable: Variable) -> bool:
    """A secret of one's own making should differ even where nobody asked for it."""
    return variable.type not in _MAY_REPEAT and secrets.holds_one(variable)


def _identity(variable: Variable, value: str) -> str:
    if variable.distinct != "database":
        return value
    found = urls.parts(value)
    return value if isinstance(found, str) else urls.identity(found)


def reused(schema: Mapping[str, Variable], own: Values) -> Iterable[Fault]:
    """Find secrets that serve two purposes, said once, with the variable that comes later."""
    first: dict[str, str] = {}
    for name, value in own.found.items():
        variable = schema.get(name)
        if variable is None or not _own_secret(variable):
            continue
        text = value.text.strip()
        earlier = first.setdefault(text, name) if len(text) >= secrets.LEAST_HIDDEN else name
        if earlier != name:
            what = f"the same value as {earlier}: who has one has both"
            yield Fault("reused", name, what, "give each its own", value.where)


# What a provider adds by itself is nobody's to declare, or to set for another target.
INJECTED = re.compile(r"(?:RAILWAY|RENDER|VERCEL|HEROKU|FLY|DOTENV)_")
_MAY_REPEAT = frozenset((*KEY_TYPES, *URL_TYPES, "uuid"))


def drift(
    schema: Mapping[str, Variable], targets: tuple[str, str], own: Values, other: Values
) -> Iterable[Fault]:
    """Yield the names that are set for only one of two targets, unless that is declared."""
    here, there = targets
    for name in sorted((own.found.keys() | own.sealed) ^ (other.found.keys() | other.sealed)):
        if name in own.faults or name in other.faults:
            continue
        if name not in schema and INJECTED.match(name):
            continue
        present, absent = (here, there) if name in own.found.keys() | own.sealed else (there, here)
        values = own if present == here else other
        value = values.found.get(name) or Value("sealed", values.where)
        if not value.text.strip() or not _expected(schema.get(name), absent, here):
            continue
        text = f"{name}: set for {present}, but not for {absent}"
        fix = f'set it for {absent}, or declare it with required = ["{present}"]'
        yield Fault("drift_missing", name, text, fix, value.where)


def _expected(variable: Variable | None, absent: str, here: str) -> bool:
    if variable is None:
        return True
    if variable.elsewhere is not None:
        return absent in variable.elsewhere and absent != here
    return variable.required and absent != here  # here, the variable's own item says it is missing
