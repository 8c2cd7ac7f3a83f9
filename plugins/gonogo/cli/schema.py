"""`gonogo schema`: the JSON Schema of gonogo.toml for editors, or the variables as an example."""

import argparse
import json
import sys
from pathlib import Path

from gonogo.core.errors import ConfigError


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--env-example",
        action="store_true",
        help="print the declared variables as an .env.example instead",
    )
    parser.add_argument("--target", metavar="NAME", help="whose rules to print")
    parser.add_argument("--config", metavar="FILE", help="the configuration (default: upwards)")


def run(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema, or the variables as an example."""
    if arguments.env_example:
        sys.stdout.write(_example(arguments.target, arguments.config))
        return 0
    if arguments.target or arguments.config:
        raise ConfigError("--target and --config belong to --env-example")
    from gonogo.config.document_schema import document_schema  # noqa: PLC0415 - loads pydantic

    sys.stdout.write(json.dumps(document_schema(), indent=2) + "\n")
    return 0


def _example(target: str | None, config: str | None) -> str:
    from gonogo.config.choice import Choice  # noqa: PLC0415 - the other form does without
    from gonogo.config.load import load  # noqa: PLC0415 - as above
    from gonogo.environment.assembly import declared_schema  # noqa: PLC0415 - as above
    from gonogo.environment.example import example  # noqa: PLC0415 - as above

    plan = load(Choice(target=target, config=config), Path.cwd())
    schema = declared_schema(plan)
    if not schema:
        raise ConfigError("no variable is declared: add [env.vars] to gonogo.toml")
    return example(schema, plan.project, plan.target.name)
