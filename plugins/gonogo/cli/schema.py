"""`gonogo schema`: the JSON Schema of gonogo.toml, for editors."""

import argparse
import json
import sys


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    _ = parser


def run(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    _ = arguments
    from gonogo.config.document_schema import document_schema  # noqa: PLC0415 - loads pydantic

    sys.stdout.write(json.dumps(document_schema(), indent=2) + "\n")
    return 0
