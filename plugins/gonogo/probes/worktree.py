"""Whether a command line tool could deploy from here: it is there, and so is nothing else."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from gonogo.core.commit import same_commit, short
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome
from gonogo.core.path import LocalPath

TIMEOUT_S = 10.0
_MOST = 3  # files named


def ready(path: LocalPath, commit: str | None, environ: Mapping[str, str] = os.environ) -> Reading:
    """Return whether the tool is on PATH and the work tree holds the commit and no more."""
    if shutil.which(path.cli, path=environ.get("PATH")) is None:
        text = f"{path.cli} is not on PATH; fix: install it"
        return Reading(Outcome.FAIL, text, value="no tool")
    head = _git(path, environ, "rev-parse", "--verify", "HEAD").strip()
    if commit is not None and not same_commit(head, commit):
        text = f"HEAD is {short(head)}, to be deployed is {short(commit)}; fix: check that out"
        return Reading(Outcome.FAIL, text, value=short(head), threshold=short(commit))
    ours = [] if path.reports is None else [f":(exclude){path.reports}"]
    status = "status", "--porcelain", "--untracked-files=normal"
    listed = _git(path, environ, *status, "--", ":(top)", *ours)
    changed = [line[3:] for line in listed.splitlines()]
    if changed:
        more = f" and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
        text = f"not committed: {', '.join(changed[:_MOST])}{more}; fix: commit, stash or ignore"
        return Reading(Outcome.FAIL, text, value=f"{len(changed)} changed", threshold="0 changed")
    return Reading(Outcome.PASS, f"{path.cli} is there, and the work tree is clean", value="clean")


def _git(path: LocalPath, environ: Mapping[str, str], *arguments: str) -> str:
    """Return what git says; a hook's GIT_DIR and the like would make it speak of another tree."""
    kept = {key: value for key, value in environ.items() if not key.startswith("GIT_")}
    command = [shutil.which("git", path=environ.get("PATH")) or "git", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - git, with arguments of our own
            command,
            cwd=Path(path.folder),
            env={**kept, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EvidenceUnavailable(f"git gave no answer ({type(error).__name__})") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        why = (said or ["no reason given"])[0]
        raise EvidenceUnavailable(f"git {arguments[0]} failed: {why[:200]}")
    return done.stdout.decode(errors="replace")
