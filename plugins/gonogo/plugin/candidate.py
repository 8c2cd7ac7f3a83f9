"""The values that a release will start with, as questions and answers of a run."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gonogo.config.env_models import EnvModel
from gonogo.config.load import Plan
from gonogo.core.errors import ConfigError
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Target
from gonogo.core.variable import Fault, Variable
from gonogo.environment.catalogue import LOCAL, Catalogue, Policies, judged
from gonogo.environment.imports import Imported, imported
from gonogo.environment.refusals import Classes
from gonogo.environment.schema import declared, rules
from gonogo.environment.settings_class import Interpreter, Interview, interview
from gonogo.environment.shapes import Setting
from gonogo.environment.sources import Values, gather, known_as
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

Made = TypeVar("Made")
_POLICY = {"error": Outcome.FAIL, "warn": Outcome.WARN, "ignore": None}


class Candidate:
    """Reads the sources of the target once, and judges every variable, file and group."""

    def __init__(self, plan: Plan, files: tuple[str, ...] = ()) -> None:
        self._catalogue = catalogue(plan, files, os.environ)
        self._faults: dict[str, dict[str, list[Fault]]] = {
            "variable": self._catalogue.variables(),
            "file": self._catalogue.files(),
            "group": self._catalogue.groups(),
        }
        self.secrets = tuple(self._catalogue.hidden())

    @property
    def values(self) -> dict[str, str]:
        """The values of the target by name, without white space around them."""
        own = self._catalogue.own
        return {name: own.text(name) for name in own.found}

    @property
    def absence(self) -> str:
        """Why a value that is not there is not there."""
        files = ", ".join(sheet.file for sheet in self._catalogue.own.sheets)
        return self._catalogue.own.blocked or f"not set in {files or 'the values of the target'}"

    def asks(self, kind: str) -> Iterable[Ask]:
        """Return one question per variable, file or group."""
        return [Ask(kind, slug, slug, "environment") for slug in sorted(self._faults[kind])]

    def observe(self, ask: Ask) -> Observation:
        """Say every fault of one item at once; never a value."""
        outcome, text, signal = judged(self._faults[ask.kind][ask.slug])
        return Observation(Reading(outcome, text or self._good(ask), signal))

    def _good(self, ask: Ask) -> str:
        if ask.kind != "variable":
            return "nothing to say against it"
        return "set" if self._catalogue.own.text(ask.slug) else "optional, not set"


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge one variable, file or group of the run's candidate."""
    candidate: Candidate = run.environment
    return candidate.observe(ask)


def catalogue(plan: Plan, files: tuple[str, ...], process: Mapping[str, str]) -> Catalogue:
    """Return everything that the target is judged by."""
    env = plan.document.env or EnvModel()
    target = plan.target
    tables = plan.tables
    own = [str(Path(name).absolute()) for name in target.env_files]
    own = own if files else _listed(env.sources.get(target.name, own))
    others = {
        name: _other(_listed(env.sources.get(name) or _env_file(tables.get(name))), plan.root)
        for name in sorted({*tables, *env.sources} - {target.name})
    }
    problems: list[str] = []
    values = _noted(problems, lambda: gather(own, plan.root, process), Values())
    asked = partial(_asked, env, plan.root, values)
    found = _noted(problems, lambda: imported(env.schema_, plan.root, asked), Imported())
    schema: dict[str, Variable] = _noted(
        problems, lambda: declared(env, target.name, tables, found.variables), {}
    )
    if problems:
        raise ConfigError("\n  ".join(problems))
    undeclared = "error" if found.closed else env.undeclared
    return Catalogue(
        schema=schema,
        own=known_as(values, schema),
        setting=_setting(target),
        rules=rules(env),
        others={name: known_as(each, schema) for name, each in others.items()},
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


def _other(sources: list[str], root: Path) -> Values:
    """Another target's values serve for comparison: not to have them is no mistake."""
    if not sources or any(source == "process" or "${" in source for source in sources):
        return Values(blocked="no file of its values is known here")
    try:
        return gather(sources, root, {})
    except ConfigError:
        return Values(blocked=f"{', '.join(sources)} cannot be read here")


def _env_file(table: Any) -> Any:
    return table.get("env-file") if isinstance(table, dict) else None


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value or [] if isinstance(each, str)]
