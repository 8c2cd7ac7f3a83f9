"""Writes docs/reference from the models, the options, the rules and the commands: `make docs`."""

import argparse
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gonogo.cli import COMMANDS
from gonogo.config import values
from gonogo.config.descriptions import descriptions
from gonogo.config.models import Document
from gonogo.core.commit import COMMIT_VARIABLES, DEPLOYMENT_VARIABLES
from gonogo.core.outcome import Decision
from gonogo.core.rule import DEFAULT_RULES, RAISED_BY, Rule
from gonogo.core.signal import TRAFFIC
from gonogo.core.variable import KEY_TYPES, PLAIN_TYPES, REASONS, TEXT_TYPES, URL_TYPES
from gonogo.plugin import options
from gonogo.reporting.record_keys import KEYS
from gonogo.reporting.summary import NEXT

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"
NOTE = "<!-- made by `make docs`: edit the product, not this page -->"
WRITTEN = {
    values.duration: "duration",
    values.ratio: "ratio",
    values.rate: "rate",
    values.quota: "number in a time",
    values.amount: "number or size",
    values.time_of_day: "time of day",
}
NAMES = {str: "text", int: "whole number", float: "number", bool: "bool", Any: "anything"}
UNITS = (("d", 86400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 0.001))


def prose(*sentences: str) -> str:
    """Return a paragraph, wrapped as the pages by hand are."""
    return textwrap.fill(" ".join(sentences), 120, break_on_hyphens=False) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a Markdown table and an empty line."""
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    for row in rows:
        cells = [each.replace("|", "\\|") for each in row]
        yield f"| {' | '.join(cells)} |"
    yield ""


# gonogo.toml


def configuration() -> Iterator[str]:
    yield f"# gonogo.toml\n\n{NOTE}\n"
    yield prose(
        'Durations are written as `"250ms"`, `"10s"`, `"5m"`, `"24h"`, `"90d"`; ratios as `0.05`',
        'or `"5%"`; sizes as `"512MB"` or `"1GiB"`; rates as `"1/s"` or `"30/m"`.',
        "`${NAME}` takes an environment variable, or one of the target's env-file.",
        "Unknown keys are refused, and all complaints come at once.",
        "The key of a table is a test ID: lower-case letters, digits, `.`, `_`, `-` and at most",
        "one `/`. `gonogo schema` prints the same as a JSON Schema.",
    )
    yield from section("", Document, set())


def section(path: str, model: type[BaseModel], told: set[str]) -> Iterator[str]:
    """Yield the table of a model, then those of the tables in it that were not `told`."""
    shown = f"[[{path.removesuffix('[]')}]]" if path.endswith("[]") else f"[{path}]"
    title = f"## {shown if path else 'The top of the file'}{one_of(model)}\n"
    if title in told:
        return
    told.add(title)
    yield title
    texts = descriptions(model)
    fields = model.model_fields
    yield from table(
        ("key", "value", "default", "what it is for"),
        ((f"`{key(n, f)}`", kind(f), default(f), texts.get(n, "")) for n, f in fields.items()),
    )
    for name, field in fields.items():
        for below, place in models_in(field):
            inner = f"{path.removesuffix('[]')}.{key(name, field)}{place}"
            yield from section(inner.removeprefix("."), below, told)


def one_of(model: type[BaseModel]) -> str:
    """Name the kind of a model that is one of several."""
    which = model.model_fields.get("kind")
    words = typing.get_args(which.annotation) if which is not None else ()
    return f" of kind {words[0]}" if len(words) == 1 else ""


def key(name: str, field: FieldInfo) -> str:
    return str(field.alias or name)


def models_in(field: FieldInfo) -> list[tuple[type[BaseModel], str]]:
    """Return the models of a field, with ".NAME" where keys are free, "[]" where it is a list."""
    return list(dict.fromkeys(_models(field.annotation, "")))


def _models(found: Any, place: str) -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(found, type) and issubclass(found, BaseModel):
        yield found, place
    origin, parts = typing.get_origin(found), typing.get_args(found)
    more = {dict: ".NAME", list: "[]"}.get(origin, "") if origin is not None else ""
    for each in parts[:1] if origin is typing.Annotated else parts:
        yield from _models(each, place + more)


def kind(field: FieldInfo) -> str:
    """Return what a value looks like, in words."""
    word = next((word for each in field.metadata if (word := written(each))), None)
    if word is not None:
        return word
    words = list(dict.fromkeys(_kinds(field.annotation)))
    by_target = f"table of {' or '.join(words[:-1])}"
    if len(words) > 1 and words[-1] == by_target:
        return f"{' or '.join(words[:-1])}; or a table, by target"
    return " or ".join(words)


def _kinds(found: Any) -> Iterator[str]:
    origin, parts = typing.get_origin(found), typing.get_args(found)
    if origin is typing.Annotated:
        named = next((word for each in parts[1:] if (word := written(each))), None)
        yield from [named] if named else _kinds(parts[0])
    elif origin in {types.UnionType, typing.Union}:
        yield from (word for each in parts for word in _kinds(each))
    elif origin is typing.Literal:
        yield from (f"`{str(each).lower() if each is False else each}`" for each in parts)
    elif origin is not None:
        yield _container(list(dict.fromkeys(_kinds(parts[-1]))), of=origin)
    elif found is not types.NoneType:
        yield NAMES.get(found) or ("table" if issubclass(found, BaseModel) else found.__name__)


def _container(inner: list[str], of: type) -> str:
    if of is list:
        return f"list of {' or '.join(inner)}"
    return "table" if inner in (["anything"], ["table"]) else f"table of {' or '.join(inner)}"


def written(each: Any) -> str | None:
    """Return what a value is called that people write in a form of ours."""
    return WRITTEN.get(getattr(each, "func", None))  # type: ignore[arg-type]


def default(field: FieldInfo) -> str:
    """Return the default as it would be written; empty where there is none."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ({}, []) or isinstance(value, BaseModel):
        return ""
    word = kind(field)
    if word == "duration":
        return f'`"{lasting(value)}"`'
    if word == "rate":
        return f'`"{value:g}/s"`'
    if word == "number in a time":
        return f'`"{value[0]}/{lasting(value[1])[1:]}"`'
    if word == "time of day":
        return f'`"{value // 60:02}:{value % 60:02}"`'
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{str(value).lower() if isinstance(value, bool) else toml(value)}`"


def lasting(seconds: float) -> str:
    unit, size = next((u, s) for u, s in UNITS if seconds >= s and (seconds / s) % 1 == 0)
    return f"{seconds / size:g}{unit}"


def toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).replace("'", '"')


# options, exit codes, commands


class Asked:
    """Stands in for pytest's parser, and keeps what it is told."""

    def __init__(self) -> None:
        self.options: list[tuple[str, Mapping[str, Any]]] = []

    def getgroup(self, _name: str, _description: str) -> "Asked":
        return self

    def addoption(self, name: str, **more: Any) -> None:
        self.options.append((name, more))


def gate_options() -> Iterator[str]:
    yield f"# Options of the gate\n\n{NOTE}\n"
    yield prose(
        "Given to `pytest`, or as an environment variable; the command line wins.",
        "A run of which none is given, and that selects no suite of ours, is pytest's own.",
    )
    asked = Asked()
    options.add(asked)  # type: ignore[arg-type]
    yield from table(
        ("option", "variable", "what it does"),
        (
            (f"`{name}{_value(more)}`", f"`{name[2:].replace('-', '_').upper()}`", more["help"])
            for name, more in sorted(asked.options, key=lambda each: each[0])
        ),
    )
    yield prose(
        "`GONOGO_ENV_FILE` holds several files with `:` between them (`;` on Windows).",
        "`GONOGO_SHADOW` is on for 1, true, yes and on.",
        f"Without `--gonogo-commit`, the commit is looked for in {_named(COMMIT_VARIABLES)};",
        "without `--gonogo-deployment`, the deployment is looked for in",
        f"{_named(DEPLOYMENT_VARIABLES)}. A scheduled run takes the commit from none of them.",
    )


def _value(more: Mapping[str, Any]) -> str:
    shown = more.get("metavar") or "\\|".join(more.get("choices", ()))
    return f" {shown}".replace("\\|", "|") if shown else ""


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def exit_codes() -> Iterator[str]:
    yield f"# Exit codes\n\n{NOTE}\n\n## A gate: pytest with a suite of ours\n"
    yield from table(
        ("code", "decision", "it means", "what to do"),
        (
            (str(d.exit_code), str(d), d.meaning, NEXT[str(d)])
            for d in sorted(Decision, key=lambda each: each.exit_code)
        ),
    )
    yield prose(
        "The strongest wins: ROLLBACK, BLOCK, HOLD, INCONCLUSIVE, GO. Another code means that the",
        "gate itself did not run, and is to be read as INCONCLUSIVE: 4 for a mistake in the",
        "configuration or on the command line, 124 or 137 where a time limit ended it.",
        "With `--gonogo-shadow` the code is 0 whatever was decided.",
    )
    yield "## The gonogo command\n"
    yield from table(
        ("command", "what it does; its exit codes"),
        (
            (f"`gonogo {name}`", (import_module(module).run.__doc__ or "").split("\n")[0])
            for name, (module, _) in COMMANDS.items()
        ),
    )
    yield "Every command ends with 4 where it was called or configured wrongly.\n"
    yield "## Deploy steps\n"
    for file in sorted((ROOT / "deploy").glob("*.sh")):
        told = [line for line in head_of(file) if line]
        at = next((n for n, line in enumerate(told) if line.startswith("Exit codes")), None)
        if at is not None:
            codes = " ".join(told[at:]).removeprefix("Exit codes: ")
            yield f"- `deploy/{file.name}`: {codes}"


def commands() -> Iterator[str]:
    yield f"# Commands\n\n{NOTE}\n"
    for name, (module, purpose) in COMMANDS.items():
        parser = argparse.ArgumentParser(f"gonogo {name}", add_help=False)
        import_module(module).add(parser)
        yield f"## gonogo {name}\n\n{purpose[0].upper()}{purpose[1:]}.\n"
        actions = parser._actions  # noqa: SLF001 - nothing public tells them
        yield from table(("argument", "what it does"), map(argument, actions))
    for file in sorted((ROOT / "deploy").glob("*.sh")):
        told = head_of(file)
        if told and file.name != "steps.sh":
            yield f"## deploy/{file.name}\n\n```text\n" + "\n".join(told) + "\n```\n"


def argument(action: argparse.Action) -> tuple[str, str]:
    """Return an argument as it is written, and its help."""
    shown = action.metavar or "|".join(map(str, action.choices or ()))
    name = " or ".join(action.option_strings)
    text = " ".join(part for part in (name, str(shown)) if part and part != "None")
    return f"`{text}`", str(action.help or "") % {"default": action.default}


def head_of(script: Path) -> list[str]:
    """Return the comment at the top of a script."""
    lines = script.read_text(encoding="utf-8").splitlines()[1:]
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return [line.removeprefix("#").removeprefix(" ") for line in lines[:count]]


# what is judged, and what is written down


def signals() -> Iterator[str]:
    yield f"# Signals and their rules\n\n{NOTE}\n"
    yield prose(
        "A check that fails raises a signal; its rule says when that counts, and what it leads to.",
        "`[rules.NAME]` changes any of it: `action`, `consecutive`, `limit`, `for`.",
    )
    yield from table(
        ("signal", "raised by", "limit", "confirmed when", "action"),
        (
            (f"`{r.signal}`", RAISED_BY[r.signal], limit(r), confirmed(r), str(r.action))
            for r in DEFAULT_RULES.values()
        ),
    )
    yield prose(
        "What rolls back blocks before a deployment; it holds outside the rollback window and",
        "where a guard does not hold. `not-live` holds where old and new version both serve.",
        "A test of your own names its signal with `@pytest.mark.gonogo(signal=…)`; a name that is",
        "not here is judged as `smoke`.",
    )


def limit(rule: Rule) -> str:
    if rule.limit is None:
        return ""
    return f"{rule.limit:g} x" if rule.limit > 1 else f"{rule.limit:.0%}"


def confirmed(rule: Rule) -> str:
    if rule.duration is not None:
        return f"every reading for {rule.duration:g}s"
    if rule.signal in TRAFFIC:
        return "odds of 200 : 1, or what `for` says"
    if rule.consecutive == 1:
        return "it fails"
    several = f", or {rule.of_last[0]} of the last {rule.of_last[1]}" if rule.of_last else ""
    return f"{rule.consecutive} in a row{several}"


def record() -> Iterator[str]:
    yield f"# decision.json\n\n{NOTE}\n"
    yield prose(
        "Written to the report folder before anything is asked, with PENDING, and replaced in one",
        "step at the end. Times are UTC, RFC 3339. A guard that is `null` was not asked.",
        "No value of a secret is in it.",
    )
    yield from table(("key", "what it says"), ((f"`{key}`", text) for key, text in KEYS.items()))
    yield prose(
        "Checks add facts of their own beside these, such as `coverage`.",
        "A reader ignores what it does not know.",
    )


def environment() -> Iterator[str]:
    yield f"# Environment variables: types and codes\n\n{NOTE}\n\n## Types\n"
    groups = {
        "values": PLAIN_TYPES,
        "texts": TEXT_TYPES,
        "URLs": URL_TYPES,
        "keys of vendors": KEY_TYPES,
    }
    yield from table(("kind", "types"), ((name, _named(of)) for name, of in groups.items()))
    yield "## Codes\n\nWhat is wrong with a variable, as terminal and record say it.\n"
    yield from table(
        ("code", "it means"), ((f"`env.{code}`", text) for code, text in REASONS.items())
    )


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "commands.md": commands,
    "configuration.md": configuration,
    "environment.md": environment,
    "exit-codes.md": exit_codes,
    "options.md": gate_options,
    "record.md": record,
    "signals.md": signals,
}


def page(name: str) -> str:
    """Return the text of a page."""
    return "\n".join(PAGES[name]()).rstrip() + "\n"


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
