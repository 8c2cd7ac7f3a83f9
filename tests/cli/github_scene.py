"""A job of GitHub Actions that tells a double of GitHub what its run has decided."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gonogo.cli import main
from gonogo.core.clock import rfc3339
from tests.doubles.github import TOKEN
from tests.doubles.github_places import SHA, Places
from tests.history.records import record

LIVE = {
    "signal": "http-5xx",
    "decision": "ROLLBACK",
    "check": "suites/health/test_level1_alive.py::test_service_is_alive[api]",
    "message": "GET https://shop.example/health -> 503 in 41ms",
}
SLOW = {
    "signal": "slow",
    "decision": "HOLD",
    "check": "suites/health/test_level1_pace.py::test_service_is_fast[web]",
    "message": "412ms, 100ms allowed",
}
CODES = {"GO": 0, "BLOCK": 10, "ROLLBACK": 20, "HOLD": 30, "INCONCLUSIVE": 40}


class Scene:
    """Writes a record, calls the command in this process, and returns what it said."""

    def __init__(
        self, folder: Path, hub: Places, capsys: pytest.CaptureFixture[str], patch: Any
    ) -> None:
        self.hub = hub
        self.file = folder / "out" / "decision.json"
        self.file.parent.mkdir()
        self._capsys = capsys
        for name in [name for name in os.environ if name.startswith(("GITHUB_", "GH_"))]:
            patch.delenv(name)
        for name, value in hub.environ.items():
            patch.setenv(name, value)
        self._event = folder / "event.json"
        patch.setenv("GITHUB_EVENT_PATH", str(self._event))
        self.decided("GO")

    def event(self, body: Any) -> None:
        self._event.write_text(json.dumps(body))

    def decided(self, decision: str, *reasons: dict[str, Any], **more: Any) -> None:
        now = time.time()
        body = {
            **record(f"run-{now}", decision, at=now - 20, commit=SHA),
            "exit_code": CODES.get(decision),
            "url": "https://shop.example",
            "reasons": list(reasons),
            "counts": {"passed": 30, "warned": 1, "total": 33},
            "expires_at": rfc3339(datetime.fromtimestamp(now + 3000, UTC)),
            "shadow": False,
            **more,
        }
        self.file.write_text(json.dumps(body))

    def tell(self, *words: str) -> str:
        """Return what was said; whatever happens, the exit code is 0, and no token is shown."""
        code, said = self._call(*words)
        assert code == 0, said
        return said

    def strictly(self, *words: str) -> tuple[int, str]:
        """Return the exit code as well, which is 1 where something could not be told."""
        return self._call("--strict", *words)

    def _call(self, *words: str) -> tuple[int, str]:
        code = main(["github", str(self.file), *words])
        out, err = self._capsys.readouterr()
        assert TOKEN not in out + err
        assert err == ""
        return code, out
