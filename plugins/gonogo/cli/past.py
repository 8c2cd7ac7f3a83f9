"""The history of the project that a subcommand is called in."""

import argparse
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.core.errors import ConfigError
from gonogo.history import History, opened

UNKNOWN = 40  # the exit code where the history cannot be asked


def options(parser: argparse.ArgumentParser) -> None:
    """Declare where the history is, and whose part of it is meant."""
    parser.add_argument("--target", metavar="NAME", help="a [targets.NAME] of the configuration")
    parser.add_argument("--config", metavar="FILE", help="default: gonogo.toml, upwards")


@contextmanager
def past(arguments: argparse.Namespace, *, create: bool = False) -> Generator[tuple[Plan, History]]:
    """Open the history; raises ConfigError where there is none, and Unavailable."""
    plan = load(Choice(arguments.target, None, arguments.config), Path.cwd())
    model = plan.document.history
    if model is None:
        raise ConfigError("no history is configured; fix: add [history] to gonogo.toml")
    with opened(model.url, plan.root, plan.project, create=create) as history:
        yield plan, history
