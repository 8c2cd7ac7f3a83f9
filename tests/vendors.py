"""The schemas that vendors publish of their files, as check-jsonschema brings them along."""

from collections.abc import Iterable
from pathlib import Path

import check_jsonschema
from click.testing import CliRunner


def complaints(schema: str, files: Iterable[Path]) -> str:
    """Return what a schema such as "vendor.gitlab-ci" has against files; empty where nothing.

    In this process: a command for each file would take longer than the tests around it.
    """
    words = ["--builtin-schema", schema, *map(str, files)]
    done = CliRunner().invoke(check_jsonschema.main, words)
    return "" if done.exit_code == 0 else done.output or str(done.exception)
