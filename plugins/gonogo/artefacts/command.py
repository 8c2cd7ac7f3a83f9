"""A backup that a command reports: {"at": time, "size": bytes, "ok": true} on its output."""

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from gonogo.core.age import age_of, long, too_old
from gonogo.core.artefact import BackupCommand
from gonogo.core.content import ContentError, parse_json
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome
from gonogo.core.size import too_small

_LARGEST = 1 << 20  # bytes of output
_FORM = 'print {"at": "2026-11-21T08:00:00Z"}, or the seconds since 1970'


def reported(backup: BackupCommand, root: Path, now: float) -> Reading:
    """Run the command in `root` and judge what it says; raises EvidenceUnavailable."""
    said = _table(_output(backup, root))
    ok, size = said.get("ok", True), said.get("size", None if backup.least > 1 else 1)
    if not isinstance(ok, bool) or isinstance(size, bool) or not isinstance(size, int | float):
        raise EvidenceUnavailable('the command says "ok" or "size" in a way that is not known')
    age = age_of("the backup", _moment(said.get("at")), now)
    if not ok:
        return Reading(Outcome.FAIL, "the command says that the backup is not good", value="not ok")
    if (small := too_small("the newest backup", size, backup.least)) is not None:
        return small
    old = too_old("the newest backup", age, backup.max_age)
    return old or Reading(Outcome.PASS, f"the newest backup is {long(age)} old", value=long(age))


def _output(backup: BackupCommand, root: Path) -> bytes:
    with tempfile.TemporaryFile() as file:
        try:
            process = subprocess.Popen(  # noqa: S603 - the command of the configuration, no shell
                shlex.split(backup.command),
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = type(error).__name__
            raise EvidenceUnavailable(f"the command cannot be started ({why})") from None
        try:
            status = process.wait(backup.timeout)
        except subprocess.TimeoutExpired:
            raise EvidenceUnavailable(f"the command took longer than {backup.timeout:g}s") from None
        finally:
            _end(process)
        if status != 0:
            text = f"the command ended with status {status}; fix: run it by hand to see why"
            raise EvidenceUnavailable(text)
        file.seek(0)
        return file.read(_LARGEST + 1)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End what is left of the command and its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _table(output: bytes) -> dict[str, Any]:
    try:
        found = parse_json(output, strict=True) if len(output) <= _LARGEST else None
    except ContentError:
        found = None
    if not isinstance(found, dict):
        raise EvidenceUnavailable(f"the command does not print a JSON object; fix: {_FORM}")
    return found


def _moment(told: Any) -> float:
    """Return seconds since 1970; a time without a zone could be anybody's."""
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float(told)
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise EvidenceUnavailable(f'the command does not say "at" with a time zone; fix: {_FORM}')
    return moment.timestamp()
