"""The `gonogo` command, for shell steps beside pytest. A subcommand is imported when it is used."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from gonogo.core.errors import ConfigError

USAGE = 4  # the exit code of a mistake in how the command was called or configured

# name -> module with add(parser) and run(arguments) -> exit code, what it is for
COMMANDS = {
    "baseline": ("gonogo.cli.baseline", "show, pin or invalidate what is compared with"),
    "environment": ("gonogo.cli.environment", "judge the environment alone, as before a push"),
    "github": ("gonogo.cli.github", "tell a pull request, a commit, an issue what was decided"),
    "init": ("gonogo.cli.init", "write a first gonogo.toml from a URL, an env file, or both"),
    "merge": ("gonogo.cli.merge", "make one decision from several records"),
    "notify": ("gonogo.cli.notify", "tell people of a record, or send a test message"),
    "replay": ("gonogo.cli.replay", "what another policy would have decided on recorded runs"),
    "rollback": ("gonogo.cli.rollback", "restore what a decision that says ROLLBACK leads to"),
    "schema": ("gonogo.cli.schema", "print the JSON Schema of gonogo.toml, or an .env.example"),
    "stats": ("gonogo.cli.stats", "deployment frequency, failures, time to restore"),
}


class _Parser(argparse.ArgumentParser):
    """Ends with the exit code of a usage error, which is 4 here as in pytest."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand and return its exit code; a ConfigError is a usage error."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words[0] if words else "")
    given = parser.parse_args(words)
    module = import_module(COMMANDS[given.command][0])
    try:
        code: int = module.run(given)
    except ConfigError as error:
        sys.stderr.write(f"gonogo {given.command}: {error}\n")
        return USAGE
    return code


def _parser(chosen: str) -> argparse.ArgumentParser:
    """Return a parser that knows every subcommand by name, and the chosen one's options."""
    parser = _Parser(prog="gonogo", description="Beside pytest: what shell steps need.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, purpose) in COMMANDS.items():
        sub = commands.add_parser(name, help=purpose, description=purpose)
        if name == chosen:
            import_module(module).add(sub)
    return parser
