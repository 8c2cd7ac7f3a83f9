"""Anything that is deployed by commands of its own: a file says what there is, a command restores.

    {"serving": "green-2", "deployments": [
      {"id": "blue-1", "commit": "aaa1111", "created_at": "2026-11-21T02:31:05Z"},
      {"id": "green-2", "commit": "bbb2222", "created_at": "2026-11-21T04:02:00Z"}]}

Further keys are left alone; `restorable` (true or false) and `status` ("under way", "ended") may
say more about a deployment. Whatever deploys writes the file, in one step.
"""

import asyncio
import json
import re
import shlex
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from gonogo.core.errors import Declined, EvidenceUnavailable
from gonogo.core.provider import LISTED, Asked, Deployed, Hosting, Provided, State, newest_first
from gonogo.providers.client import Fetch

EXPECTED = '{"serving": ID, "deployments": [{"id", "commit", "created_at"}, …]}'
LIMIT_S = 300.0  # of the restore command
_PLAIN = re.compile(r"[\w.:/@+-]+")
LARGEST = 4 << 20  # bytes of the file


class Local:
    """One target, whose state is in one file."""

    def __init__(
        self, hosting: Hosting, _fetch: Fetch, _sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._hosting = hosting

    async def variables(self) -> Provided:
        """There are none: a file of values says what the release will start with."""
        raise EvidenceUnavailable("the provider local knows no variables; name a file of values")

    async def deployments(self) -> list[Deployed]:
        """Return what the state file lists."""
        file, body = self._file(), None
        try:
            if file.stat().st_size <= LARGEST:
                body = json.loads(file.read_text(encoding="utf-8"))
            serving = body["serving"]  # type: ignore[index]
            found = [_deployed(each, serving) for each in body["deployments"]]  # type: ignore[index]
        except OSError as error:
            raise EvidenceUnavailable(f"{file} cannot be read: {error.strerror}") from None
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            why = f"no {error}" if isinstance(error, KeyError) else str(error)
            text = f"{file} is no state of a deployment ({why})"[:200]
            raise EvidenceUnavailable(f"{' '.join(text.split())}; expected {EXPECTED}") from None
        if len({each.id for each in found}) < len(found):
            raise EvidenceUnavailable(f"{file} lists an id twice")
        return newest_first(reversed(found))[:LISTED]

    async def status(self, deployment: str) -> Deployed:
        """Return one deployment."""
        for each in await self.deployments():
            if each.id == deployment:
                return each
        raise EvidenceUnavailable(f"{self._hosting.state} lists no deployment {deployment}")

    async def restore(self, goal: Deployed) -> Asked:
        """Run the restore command, without a shell, and wait for it."""
        command = self._command(goal)
        code, said = await asyncio.to_thread(_ran, command, self._hosting.root)
        if code != 0:
            raise Declined(f"{command[0]} ended with {code}{f': {said}' if said else ''}")
        return Asked(goal.id)

    def _file(self) -> Path:
        if not self._hosting.state:
            raise EvidenceUnavailable("the provider local needs a state; see [providers.local]")
        return Path(self._hosting.root, self._hosting.state)

    def _command(self, goal: Deployed) -> list[str]:
        if not self._hosting.restore:
            raise Declined("the provider local needs [providers.local] restore")
        for name in (goal.id, goal.commit or "-"):
            if not _PLAIN.fullmatch(name):
                raise Declined(
                    f"{name[:40]!r} is not passed to a command: letters, digits, ._:/@+-"
                )
        known = {"{id}": goal.id, "{commit}": goal.commit or "", "{target}": self._hosting.target}
        words = shlex.split(self._hosting.restore)
        return [_filled(word, known) for word in words]


def _filled(word: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        word = word.replace(name, value)
    return word


def _ran(command: list[str], folder: str) -> tuple[int, str]:
    """Run a command; its output goes to a file, for what it leaves running may hold a pipe open."""
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603 - the team's own command
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            text = f"{command[0]} did not end within {LIMIT_S:g}s"
            raise EvidenceUnavailable(text) from None
        except OSError as error:
            raise Declined(f"{command[0]} cannot be run: {error.strerror}") from None
        output.seek(0)
        lines = output.read()[-2000:].decode(errors="replace").strip().splitlines()
        return done.returncode, lines[-1][:200] if lines else ""


def _deployed(entry: Any, serving: Any) -> Deployed:
    word = entry.get("status")
    states = {str(State.UNDER_WAY): State.UNDER_WAY, str(State.ENDED): State.ENDED}
    state = State.LIVE if entry["id"] == serving else states.get(word, State.REPLACED)
    created, commit, able = entry.get("created_at"), entry.get("commit"), entry.get("restorable")
    return Deployed(
        id=str(entry["id"]),
        state=state,
        created=datetime.fromisoformat(created).timestamp() if created else 0.0,
        commit=str(commit) if commit else None,
        restorable=able if isinstance(able, bool) else None,
        word=word if isinstance(word, str) else str(state),
    )
