"""From the plan of a run to everything that its target's values are judged by."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from gonogo.config.env_models import EnvModel
from gonogo.config.load import Plan
from gonogo.config.providers import hosting
from gonogo.core.errors import ConfigError
from gonogo.core.outcome import Outcome
from gonogo.core.provider import Hosting, Provided
from gonogo.core.subject import Target
from gonogo.core.variable import Variable
from gonogo.environment.catalogue import LOCAL, Catalogue, Policies
from gonogo.environment.imports import Imported, imported
from gonogo.environment.refusals import Classes
from gonogo.environment.schema import declared, rules
from gonogo.environment.settings_class import Interpreter, Interview, interview
from gonogo.environment.shapes import Setting
from gonogo.environment.sources import ASKED, Values, gather, known_as

Made = TypeVar("Made")
Answers = Mapping[str, Mapping[str, Provided | str]]
"""Of each target, by provider: its variables, or why they are not known."""
_POLICY = {"error": Outcome.FAIL, "warn": Outcome.WARN, "ignore": None}


class Sources:
    """Where the values of each target come from; the run's own target may be given files."""

    def __init__(self, plan: Plan, files: tuple[str, ...], process: Mapping[str, str]) -> None:
        env = plan.document.env or EnvModel()
        own = [str(Path(name).absolute()) for name in plan.target.env_files]
        self._process = process
        self._plan = plan
        self.own = own if files else _listed(env.sources.get(plan.target.name, own))
        self.others = {
            name: _listed(env.sources.get(name) or _env_file(plan.tables.get(name)))
            for name in sorted({*plan.tables, *env.sources} - {plan.target.name})
        }

    def places(self) -> dict[str, dict[str, Hosting]]:
        """Return where providers must be asked, the run's own target first."""
        found: dict[str, dict[str, Hosting]] = {}
        for target, sources in ((self._plan.target.name, self.own), *self.others.items()):
            names = sorted({each.lower() for each in sources} & ASKED)
            own, known = not found, self._plan.document.providers
            found[target] = {
                name: hosting(name, target, known, self._process, own=own) for name in names
            }
        return found


def declared_schema(plan: Plan) -> dict[str, Variable]:
    """Return the rules of every variable of the plan's target, without reading any value."""
    env = plan.document.env or EnvModel()
    found = imported(env.schema_, plan.root, partial(_asked, env, plan.root, Values(blocked="-")))
    silent = [f"{name}: {each.silent}" for name, each in found.classes.items() if each.silent]
    if silent:
        raise ConfigError(f"[env] schema {'; '.join(silent)}")
    return declared(env, plan.target.name, plan.tables, found.variables)


def catalogue(
    plan: Plan, sources: Sources, process: Mapping[str, str], answers: Answers | None = None
) -> Catalogue:
    """Return everything that the target is judged by; raises ConfigError with every complaint."""
    env = plan.document.env or EnvModel()
    target, said = plan.target, answers or {}
    problems: list[str] = []
    own = said.get(target.name, {})
    values = _noted(problems, lambda: gather(sources.own, plan.root, process, own), Values())
    asked = partial(_asked, env, plan.root, values)
    found = _noted(problems, lambda: imported(env.schema_, plan.root, asked), Imported())
    schema: dict[str, Variable] = _noted(
        problems, lambda: declared(env, target.name, plan.tables, found.variables), {}
    )
    if problems:
        raise ConfigError("\n  ".join(problems))
    others = {
        name: known_as(_other(listed, plan.root, said.get(name, {})), schema)
        for name, listed in sources.others.items()
    }
    undeclared = "error" if found.closed else env.undeclared
    return Catalogue(
        schema=schema,
        own=known_as(values, schema),
        setting=_setting(target),
        rules=rules(env),
        others=others,
        gaps=tuple(found.gaps),
        classes=Classes(found.classes, _excused(env, schema)),
        policies=Policies(_POLICY[undeclared], _POLICY[env.drift], _POLICY[env.portability]),
    )


def _asked(env: EnvModel, root: Path, values: Values, name: str) -> Interview:
    """Ask a settings class with the candidate's values, or for its names where there are none."""
    interpreter = Interpreter(env.python, tuple(env.python_path), env.timeout)
    known = None if values.blocked else {key: each.text for key, each in values.found.items()}
    return interview(name, root, known, interpreter)


def _excused(env: EnvModel, schema: Mapping[str, Variable]) -> frozenset[str]:
    """Name what [env.vars] says need not be set."""
    return frozenset(name for name in env.vars.keys() & schema.keys() if not schema[name].required)


def _setting(target: Target) -> Setting:
    local = target.name in LOCAL or target.command is not None
    return Setting(target.name, local, datetime.now(UTC).date(), time.time())


def _noted(problems: list[str], make: Callable[[], Made], instead: Made) -> Made:
    """Go on after a complaint, so that all of them come at once."""
    try:
        return make()
    except ConfigError as error:
        problems.append(str(error))
        return instead


def _other(sources: list[str], root: Path, said: Mapping[str, Provided | str]) -> Values:
    """Another target's values serve for comparison: not to have them is no mistake."""
    if not sources or any(source == "process" or "${" in source for source in sources):
        return Values(blocked="no file of its values is known here")
    try:
        return gather(sources, root, {}, said)
    except ConfigError:
        return Values(blocked=f"{', '.join(sources)} cannot be read here")


def _env_file(table: Any) -> Any:
    return table.get("env-file") if isinstance(table, dict) else None


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value or [] if isinstance(each, str)]
