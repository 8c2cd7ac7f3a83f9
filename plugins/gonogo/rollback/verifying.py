"""After restoring: health and smoke of what serves then, by pytest, in a process of its own.

What that run decides never leads to another rollback: anything but GO is "not verified".
"""

import json
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gonogo.core.commit import COMMIT_VARIABLES, DEPLOYMENT_VARIABLES
from gonogo.core.past import Identity
from gonogo.rollback.ending import REFUSED, UNKNOWN, VERIFIED

LIMIT_S = 1800.0
SUITES = ("health", "smoke")
# what was said to the run before this one, and would be said of another version, or loosen it
_LEFT_OUT = (
    "GONOGO_COMMIT",
    "GONOGO_DEPLOYMENT",
    "GONOGO_STAGE",
    "GONOGO_SHADOW",
    "GONOGO_EMERGENCY",
    "GONOGO_BASELINE",
    "GONOGO_REPORT_DIR",
    "GITHUB_OUTPUT",  # the outputs of the step are about the release
    *COMMIT_VARIABLES,
    *DEPLOYMENT_VARIABLES,
)


@dataclass(frozen=True)
class Place:
    """Where the suites run, and what of: a target, its configuration, and where records go."""

    folder: Path
    target: str
    config: Path | None
    reports: Path
    url: str | None = None


def verified(place: Place, goal: Identity, environ: Mapping[str, str]) -> tuple[int, str]:
    """Run the suites; return 0, 30 or 40, and what they say."""
    record = place.reports / "decision.json"
    record.unlink(missing_ok=True)
    kept = {name: value for name, value in environ.items() if name not in _LEFT_OUT}
    try:
        done = subprocess.run(  # noqa: S603 - the command that the deploy steps use as well
            _command(place, goal, environ),
            cwd=place.folder,
            env=kept,
            stdin=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return UNKNOWN, f"health and smoke did not end within {LIMIT_S:g}s"
    except OSError as error:
        return UNKNOWN, f"pytest cannot be run: {error.strerror}"
    return _judged(done.returncode, record)


def _command(place: Place, goal: Identity, environ: Mapping[str, str]) -> list[str]:
    words = shlex.split(environ.get("PYTEST", "")) or [sys.executable, "-m", "pytest"]
    words += ["--pyargs", *(_suite(place.folder, name) for name in SUITES)]
    words += ["--gonogo-stage", "postdeploy", "--gonogo-target", place.target]
    words += ["--gonogo-report-dir", str(place.reports)]
    words += ["--gonogo-config", str(place.config)] if place.config else []
    words += ["--gonogo-url", place.url] if place.url else []
    words += ["--gonogo-commit", goal.commit] if goal.commit else []
    words += ["--gonogo-deployment", goal.id] if goal.id else []
    return [*words, *shlex.split(environ.get("PYTEST_ARGS", ""))]


def _suite(folder: Path, name: str) -> str:
    own = folder / "suites" / name
    return f"suites/{name}" if own.is_dir() else f"gonogo.suites.{name}"


def _judged(code: int, record: Path) -> tuple[int, str]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        word = str(found["decision"])
    except (OSError, ValueError, KeyError, TypeError):
        return UNKNOWN, f"health and smoke left no record (status {code})"
    if (code, word) == (0, "GO"):
        if found.get("scope") != "complete":
            return UNKNOWN, "health and smoke: GO, but not of every check; look at PYTEST_ARGS"
        return VERIFIED, "health and smoke: GO"
    reasons = found.get("reasons") or [{}]
    why = f": {reasons[0].get('check')} {reasons[0].get('message')}" if reasons[0] else ""
    told = " ".join(f"health and smoke: {word}{why}".split())[:300]
    return (REFUSED if code in {10, 20, 30} else UNKNOWN), told
