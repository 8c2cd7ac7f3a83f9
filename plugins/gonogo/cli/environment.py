"""`gonogo environment`: the environment suite alone, fast enough for a hook before each push.

It is an ordinary run of pytest, narrowed to one suite: its record says "partial", goes to a folder
of its own, and is thrown away; the history does not hear of it. Of the project only gonogo.toml,
the env files and the schemas are read: no conftest.py, no options of pytest.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from gonogo.core.errors import ConfigError

_SUITE = Path("predeploy", "test_environment.py")
_ALONE = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": "",
    "GONOGO_NO_HISTORY": "1",
    "GONOGO_THROWN_AWAY": "1",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options, which are those of the gate."""
    parser.add_argument("--target", metavar="NAME", help="whose values (default: as the gate)")
    parser.add_argument("--config", metavar="FILE", help="configuration file")
    parser.add_argument("--env-file", metavar="FILE", action="append", help="values to validate")


def run(arguments: argparse.Namespace) -> int:
    """Run the suite and return the exit code of the decision."""
    given = [("target", arguments.target), ("config", arguments.config)]
    given += [("env-file", each) for each in arguments.env_file or ()]
    options = [f"--gonogo-{name}={value}" for name, value in given if value is not None]
    with tempfile.TemporaryDirectory(prefix="gonogo-") as folder:
        settings = Path(folder, "pytest.ini")
        settings.write_text("[pytest]\n", encoding="utf-8")
        command = [
            *(sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=short"),
            *("-c", str(settings), f"--rootdir={Path.cwd()}", "--noconftest"),
            *("--import-mode=importlib", "-p", "no:cacheprovider", "-p", "gonogo.plugin"),
            *("--gonogo-stage=predeploy", f"--gonogo-report-dir={folder}/out"),
            *(str(_suite()), *options),
        ]
        environ = {**os.environ, **_ALONE}
        done = subprocess.run(command, env=environ, check=False)  # noqa: S603 - our own command line
    return done.returncode


def _suite() -> Path:
    """Return the installed suite, or that of the checkout this module belongs to."""
    spec = importlib.util.find_spec("gonogo.suites")
    places = [Path(each) for each in (spec and spec.submodule_search_locations) or ()]
    for folder in (*places, Path(__file__).parents[3] / "suites"):
        if (folder / _SUITE).is_file():
            return folder / _SUITE
    raise ConfigError("the suites are not installed: pip install pytest-gonogo")
