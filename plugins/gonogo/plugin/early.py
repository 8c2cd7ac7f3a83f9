"""Before the options are read: what a suite's own conftest.py may do to a run."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from gonogo.plugin import territory


def is_ours(args: Sequence[str], start: Path) -> bool:
    """Tell whether this command line will wake the gate."""
    if any(arg.startswith("--gonogo-") for arg in args):
        return True
    names = [arg.partition("::")[0] for arg in args if not arg.startswith("-")]
    return any(territory.enters(start / name) for name in names)


def forget(config: pytest.Config) -> None:
    """Remove an older record: if this run ends before it decides, nobody may read that one.

    A worker of xdist has the command line of its controller, whose record it must leave alone.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    known = getattr(config.known_args_namespace, "gonogo_report_dir", None)
    folder = known or os.environ.get("GONOGO_REPORT_DIR") or "reports/out"
    with suppress(OSError):  # what cannot be removed is complained about when it is written
        Path(config.invocation_params.dir, folder, "decision.json").unlink()


def usage_error(error: SystemExit) -> pytest.UsageError:
    """A conftest.py that exits would choose the exit code of the gate."""
    return pytest.UsageError(f"gonogo: a conftest.py ended the process: SystemExit({error.code!r})")
