"""A whole run in a process and a folder of its own."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUITES = Path(__file__).parents[2] / "suites"
_HIDDEN = ("GONOGO_", "GITHUB_", "PYTEST_", "CI", "RAILWAY_", "RENDER_", "COV_")


@dataclass(frozen=True)
class Done:
    """What a run left behind."""

    code: int
    output: str
    seconds: float
    record: dict[str, Any]


def run(folder: Path, *arguments: str) -> Done:
    """Run pytest with our plugin alone, in a folder that gets our suites."""
    suites = folder / "suites"
    if not suites.is_symlink():
        suites.symlink_to(SUITES)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_HIDDEN)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "gonogo.plugin"]
    started = time.monotonic()
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    took = time.monotonic() - started
    file = folder / "reports" / "out" / "decision.json"
    record = json.loads(file.read_text()) if file.exists() else {}
    return Done(done.returncode, done.stdout + done.stderr, took, record)
