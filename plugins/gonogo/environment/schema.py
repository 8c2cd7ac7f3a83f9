"""From the configuration to the rules of each variable for one target."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from gonogo.config.env_models import EnvModel, VariableModel
from gonogo.core.errors import ConfigError
from gonogo.core.variable import Variable
from gonogo.environment.groups import Rule
from gonogo.environment.sources import respelled

_RENAMED = {"min": "minimum", "max": "maximum"}


def declared(
    env: EnvModel,
    target: str,
    targets: Collection[str],
    base: Mapping[str, Variable] | None = None,
) -> dict[str, Variable]:
    """Return the rules of every variable: what was imported, and [env.vars] on top of it."""
    names = {*targets, target, *env.sources}
    complaints = [
        complaint
        for name, model in env.vars.items()
        for complaint in _unknown_targets(name, model, names)
    ]
    if complaints:
        raise ConfigError("\n  ".join(complaints))
    found = dict(base or {})
    for spelled, known_name in respelled(env.vars, found).items():
        found[spelled] = replace(found.pop(known_name), name=spelled)
    for name, model in env.vars.items():
        known = found.get(name)
        given = _rules(model, target, known)
        found[name] = replace(known, **given) if known else Variable(name, **given)
    for name in env.rotated.keys() & found.keys():
        found[name] = replace(found[name], rotated=env.rotated[name])
    return found


def _rules(model: VariableModel, target: str, known: Variable | None) -> dict[str, Any]:
    """Return what one table says for one target, under the names of the plain rules."""
    given = {
        _RENAMED.get(key, key): _of(getattr(model, key), target)
        for key in model.model_fields_set - {"required", "prefix"}
    }
    rules: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    if known is None or "required" in model.model_fields_set:
        rules["required"] = _required(model, target)
        rules["elsewhere"] = _required_elsewhere(model)
    if model.prefix is not None:
        rules |= _prefixes(model, target)
    if "choices" in rules:
        rules["choices"] = tuple(str(each) for each in rules["choices"])
    if "schemes" in rules:
        rules["schemes"] = tuple(each.lower() for each in rules["schemes"])
    if "equals" in rules:
        rules["equals"] = rules["equals"].replace("{target}", target)
    if "distinct" in rules:
        rules["distinct"] = {True: "value", False: "no"}.get(rules["distinct"], rules["distinct"])
    if "strength" in rules:
        rules["strong"] = rules.pop("strength") == "strong"
    return rules


def _of(value: Any, target: str) -> Any:
    return value.get(target) if isinstance(value, dict) else value


def _required(model: VariableModel, target: str) -> bool:
    found = model.required
    if isinstance(found, dict):
        return found.get(target, False)
    return target in found if isinstance(found, list) else found


def _required_elsewhere(model: VariableModel) -> frozenset[str] | None:
    """Return the targets that a list or a table of targets names, else None."""
    found = model.required
    if isinstance(found, dict):
        return frozenset(name for name, needed in found.items() if needed)
    return frozenset(found) if isinstance(found, list) else None


def _prefixes(model: VariableModel, target: str) -> dict[str, tuple[str, ...]]:
    found = model.prefix
    if not isinstance(found, dict):
        return {"prefixes": _tuple(found)}
    own = _tuple(found.get(target))
    others = [_tuple(value) for name, value in found.items() if name != target]
    return {"prefixes": own, "foreign": tuple(each for group in others for each in group)}


def _tuple(value: str | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _unknown_targets(name: str, model: VariableModel, known: Collection[str]) -> Iterable[str]:
    given = {key: getattr(model, key) for key in sorted(model.model_fields_set)}
    named = [
        (key, each) for key, value in given.items() if isinstance(value, dict) for each in value
    ]
    if isinstance(model.required, list):
        named += [("required", each) for each in model.required]
    for key, each in named:
        if each not in known:
            import difflib  # noqa: PLC0415 - needed in a mistake only

            near = difflib.get_close_matches(each, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield f"[env.vars.{name}] {key.replace('_', '-')}: no target {each!r}{hint}"


def rules(env: EnvModel) -> tuple[Rule, ...]:
    """Return the rules between variables."""
    found = []
    for model in env.rules:
        if model.when is not None:
            condition = tuple(sorted(model.when.items()))
            found.append(Rule("when", tuple(model.require or ()), condition))
        for kind in ("all-or-none", "any-of", "distinct"):
            names = getattr(model, kind.replace("-", "_"))
            if names is not None:
                found.append(Rule(kind, tuple(names)))
    return tuple(found)
