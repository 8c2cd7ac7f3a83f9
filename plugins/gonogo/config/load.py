"""From a file, options and environment variables to the plan of one run."""

import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from gonogo.config import dependencies, journeys, notify
from gonogo.config.build import Subjects, build
from gonogo.config.choice import Choice
from gonogo.config.complaints import closest, complaints
from gonogo.config.interpolate import Interpolation
from gonogo.config.models import Document, HistoryModel, TargetModel
from gonogo.config.places import url_fault
from gonogo.config.providers import tokens
from gonogo.config.signals import secrets_of
from gonogo.core.errors import ConfigError
from gonogo.core.notice import Notify
from gonogo.core.policy import Policy
from gonogo.core.rule import DEFAULT_RULES, Action
from gonogo.core.subject import Requirement, Target

FILE_NAME = "gonogo.toml"
AD_HOC = "url"


@dataclass(frozen=True)
class Plan:
    """Everything one run needs to know; `root` is the folder that relative paths start from."""

    project: str
    target: Target
    subjects: Subjects
    policy: Policy
    document: Document = field(repr=False)
    root: Path
    file: Path | None
    tables: Mapping[str, Any] = field(repr=False)  # [targets.*] as they stand, the others too
    secrets: tuple[str, ...] = field(default=(), repr=False)
    notify: Notify | None = None


def find(start: Path) -> Path | None:
    """Return the nearest `gonogo.toml` upwards, no further than the repository root."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        if (folder / ".git").exists():
            return None
    return None


def load(choice: Choice, start: Path, environ: Mapping[str, str] = os.environ) -> Plan:
    """Return the plan of a run, or raise ConfigError with every complaint at once."""
    file = Path(start, choice.config) if choice.config else find(start)
    raw = _read(file) if file else {}
    root = file.parent if file else start
    name = _target_name(raw, choice, file)
    targets = raw.get("targets")
    if isinstance(targets, dict):  # another target's variables need not be set here
        raw = {**raw, "targets": {key: targets[key] for key in targets if key == name}}
    interpolation = Interpolation(environ, lambda: _env_values(targets, name, root))
    resolved = interpolation.resolve(raw)
    found = [*interpolation.complaints, *_unknown_rules(raw)]
    document = None
    try:
        document = Document.model_validate(resolved)
    except ValidationError as error:
        found.extend(complaints(error))
    if document is None or found:
        raise ConfigError(_listed(file, found))
    policy = Policy(_rules(document))
    target = _target(name, document.targets.get(name) or TargetModel(), choice, root, found)
    subjects = build(document, target, root, found, environ)
    found.extend(url_fault(document.runbooks, "runbooks") if document.runbooks is not None else [])
    names = sorted(targets) if isinstance(targets, dict) else []
    found.extend(journeys.live_targets(document.journeys, names))
    told = notify.notification(document.notify, names, found)
    if found:
        raise ConfigError(_listed(file, found))
    secrets = _secrets(interpolation.taken, subjects)
    secrets += (*_password_of(document.history), *tokens(environ), *notify.secrets(told))
    return Plan(
        project=document.project,
        target=target,
        subjects=subjects,
        policy=policy,
        document=document,
        root=root,
        file=file,
        tables=targets if isinstance(targets, dict) else {},
        secrets=secrets,
        notify=told,
    )


def _env_values(targets: Any, name: str, root: Path) -> dict[str, str]:
    """Return what the target's env-file holds; what cannot be read holds nothing."""
    from dotenv import dotenv_values  # noqa: PLC0415 - most runs have every variable set

    table = targets.get(name) if isinstance(targets, dict) else None
    listed = table.get("env-file", []) if isinstance(table, dict) else []
    found: dict[str, str] = {}
    for each in [listed] if isinstance(listed, str) else listed:
        with suppress(OSError, UnicodeDecodeError, TypeError):
            values = dotenv_values(root / each, interpolate=False)
            found |= {key: value for key, value in values.items() if value is not None}
    return found


def policy_of(file: Path) -> Policy:
    """Return the policy of a file that need hold nothing but [rules]; raises ConfigError."""
    raw = {name: table for name, table in _read(file).items() if name == "rules"}
    found = _unknown_rules(raw)
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_listed(file, [*found, *complaints(error)])) from None
    if found:
        raise ConfigError(_listed(file, found))
    return Policy(_rules(document))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None


def _listed(file: Path | None, found: list[str]) -> str:
    count = f"{len(found)} problem{'s' if len(found) != 1 else ''}"
    only_options = all(each.startswith("--") for each in found)
    place = "command line" if only_options else file or "configuration"
    return "\n".join([f"{place}: {count}", *(f"  {each}" for each in found)])


def _target_name(raw: dict[str, Any], choice: Choice, file: Path | None) -> str:
    targets = raw.get("targets")
    names = sorted(targets) if isinstance(targets, dict) else []
    if choice.target is not None:
        if choice.target not in names:
            place = file or f"no {FILE_NAME} was found"
            known = f"known: {', '.join(names)}" if names else "it has no [targets.*]"
            hint = closest(choice.target, names)
            raise ConfigError(f"unknown target {choice.target!r} ({place}; {known}){hint}")
        return choice.target
    default = raw.get("default-target")
    if isinstance(default, str):
        if default not in names:
            hint = closest(default, names)
            raise ConfigError(f"{file}: default-target {default!r} is no [targets.*]{hint}")
        return default
    if len(names) == 1:
        return str(names[0])
    if choice.url is not None or not names:
        return AD_HOC
    raise ConfigError(f"{file}: which target? --gonogo-target {' | '.join(map(str, names))}")


def _target(name: str, model: TargetModel, choice: Choice, root: Path, found: list[str]) -> Target:
    url = choice.url or choice.booted or model.url or ""
    where = "--gonogo-url" if choice.url else f"[targets.{name}] url"
    found.extend(url_fault(url, where) if url else [])
    for control in model.control:
        found.extend(url_fault(control, f"[targets.{name}] control"))
    files = [model.env_file] if isinstance(model.env_file, str) else model.env_file or []
    chosen = choice.env_files or tuple(str(root / each) for each in files)
    return Target(
        name=name,
        url=url.rstrip("/"),
        env_files=chosen,
        control=tuple(model.control),
        command=None if choice.url else model.command,
        confirm=model.confirm,
        requires=_requirement(name, model, found),
        provider=model.provider,
        grace=model.grace,
        rollback_window=model.rollback_window,
        frozen=model.frozen,
        frozen_file=model.frozen_file,
    )


def _requirement(name: str, model: TargetModel, found: list[str]) -> Requirement | None:
    if model.requires is None:
        return None
    needed = Requirement(model.requires.target, model.requires.max_age)
    if needed.target == name:
        found.append(f"[targets.{name}] requires: a target cannot wait for itself")
    return needed


def _unknown_rules(raw: Mapping[str, Any]) -> list[str]:
    rules = raw.get("rules")
    names = rules if isinstance(rules, dict) else {}
    return [
        f"[rules.{name}]: unknown signal{closest(name, DEFAULT_RULES)}"
        for name in names
        if name not in DEFAULT_RULES
    ]


def _rules(document: Document) -> dict[str, Any]:
    rules: dict[str, Any] = dict(DEFAULT_RULES)
    now = document.release.healthy_now if document.release else None
    if now is not None and now != "off":  # [rules.healthy-now] may still say otherwise
        rules["healthy-now"] = replace(rules["healthy-now"], action=Action(now))
    for name, model in document.rules.items():
        fields = model.model_dump(exclude_none=True)
        if "for_" in fields:
            fields["duration"] = fields.pop("for_")
        if "action" in fields:
            fields["action"] = Action(fields["action"])
        rules[name] = type(rules[name])(**{**_fields(rules[name]), **fields})
    return rules


def _fields(rule: Any) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in rule.__slots__}


def _secrets(taken: Mapping[str, str], subjects: Subjects) -> tuple[str, ...]:
    """Collect the values that no output may show."""
    words = ("KEY", "TOKEN", "SECRET", "PASS", "DSN", "CREDENTIAL", "COOKIE", "AUTH")
    values = [value for name, value in taken.items() if any(w in name.upper() for w in words)]
    values += [urlsplit(value).password or "" for value in taken.values() if "://" in value]
    for endpoint in subjects.endpoints.values():
        for name, value in endpoint.headers:
            if name.lower() in {"authorization", "cookie", "x-api-key", "proxy-authorization"}:
                values += [value, value.partition(" ")[2]]
    values += dependencies.secrets(subjects.dependencies)
    values += journeys.secrets(subjects.journeys)
    values += secrets_of(subjects.signals.values())
    values += [each.pipeline.token or "" for each in subjects.checks.values()]
    values += [getattr(each, "token", None) or "" for each in subjects.incidents.values()]
    values += [getattr(each, "token", None) or "" for each in subjects.paths.values()]
    return tuple(value for value in dict.fromkeys(values) if len(value) >= 4)


def _password_of(history: HistoryModel | None) -> tuple[str, ...]:
    """The password of a history is one wherever it stands, in the file too."""
    password = urlsplit(history.url).password if history is not None else None
    return (password, unquote(password)) if password and len(password) >= 4 else ()
