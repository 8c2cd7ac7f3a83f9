"""The declared variables as an `.env.example`: what to set, and nothing of what is set."""

from collections.abc import Iterable, Mapping

from gonogo.core.variable import Variable
from gonogo.environment import secrets

_HEAD = """\
# Environment of {project}, target {target}.
# Written by `gonogo schema --env-example`. Copy it, fill it in, and commit no copy.
"""


def example(schema: Mapping[str, Variable], project: str, target: str) -> str:
    """Return the text of an example file, which can be read back as a schema."""
    parts = [_HEAD.format(project=project, target=target)]
    parts += [
        "\n".join([*_comments(each), f"{name}={_value(each)}", ""]) for name, each in schema.items()
    ]
    return "\n".join(parts)


def _comments(variable: Variable) -> Iterable[str]:
    if variable.description:
        yield f"# {' '.join(variable.description.split())}"
    rules = [*_rules(variable)]
    if rules:
        yield f"# {'; '.join(rules)}"
    tags = [f"@type={variable.type}", "@required" if variable.required else "@optional"]
    yield f"# {' '.join([*tags, *(['@sensitive'] if secrets.holds_one(variable) else [])])}"


def _rules(variable: Variable) -> Iterable[str]:
    """Say what a value must be, in words."""
    told = {
        f"one of {', '.join(variable.choices or ())}": variable.choices,
        f"starts with {' or '.join(variable.prefixes)}": variable.prefixes,
        f"scheme {' or '.join(variable.schemes)}": variable.schemes,
        f"each element: {variable.items}": variable.items != "string",
        f"a {variable.mode} key": variable.mode,
        "another one for each target": variable.distinct in {"value", "database"},
        f"rotated every {(variable.max_age or 0) / 86400:g} days": variable.max_age,
    }
    yield from (text for text, holds in told.items() if holds)
    for word, length, number in (
        ("at least", variable.min_length, variable.minimum),
        ("at most", variable.max_length, variable.maximum),
    ):
        yield from [f"{word} {length} characters"] if length is not None else []
        yield from [f"{word} {number:g}"] if number is not None else []


def _value(variable: Variable) -> str:
    """Only what is no secret, and must be so, or was given as an example."""
    if secrets.holds_one(variable):
        return ""
    value = variable.equals or variable.example or ""
    return value if value.isprintable() and not set(value) & set("\"'`$#\\ ") else ""
