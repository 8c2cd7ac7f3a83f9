"""Builders: a catalogue from the text of env files and our own configuration."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from gonogo.config.env_models import EnvModel
from gonogo.core.outcome import Outcome
from gonogo.core.variable import Fault
from gonogo.environment.catalogue import LOCAL, Catalogue, Policies
from gonogo.environment.reading import read
from gonogo.environment.schema import declared, rules
from gonogo.environment.shapes import Setting
from gonogo.environment.sources import Values, merged

POLICY = {"error": Outcome.FAIL, "warn": Outcome.WARN, "ignore": None}
TODAY = date(2026, 11, 20)
QUIET = {"undeclared": "ignore", "drift": "ignore", "portability": "ignore"}


def made(name: str) -> str:
    """A value as random as a secret, made when the test runs."""
    return hashlib.sha256(name.encode()).hexdigest()


def values(
    text: str | bytes, file: str = ".env", process: Mapping[str, str] | None = None
) -> Values:
    data = text.encode() if isinstance(text, str) else text
    return merged([read(data, file)], process or {})


def catalogue(
    text: str | bytes | Values,
    env: Mapping[str, Any],
    target: str = "production",
    others: Mapping[str, str] | None = None,
    today: date = TODAY,
) -> Catalogue:
    model = EnvModel.model_validate({**QUIET, **env})
    names = others or {}
    setting = Setting(
        target, target in LOCAL, today, datetime(*today.timetuple()[:3], tzinfo=UTC).timestamp()
    )
    return Catalogue(
        schema=declared(model, target, {"staging", "production", "local", *names}),
        own=text if isinstance(text, Values) else values(text),
        setting=setting,
        rules=rules(model),
        others={name: values(each, f".env.{name}") for name, each in names.items()},
        policies=Policies(POLICY[model.undeclared], POLICY[model.drift], POLICY[model.portability]),
    )


def everything(found: Catalogue) -> list[Fault]:
    tables = (found.variables(), found.files(), found.groups())
    return [fault for table in tables for faults in table.values() for fault in faults]


def reasons(found: Catalogue) -> set[tuple[str, str]]:
    return {(fault.name, fault.reason) for fault in everything(found)}
