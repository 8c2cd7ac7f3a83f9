"""A project folder and whole runs in it, each in a process of its own."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from werkzeug import Request, Response

from tests.warm import call, clean, command

ROOT = Path(__file__).parents[1]
SUITES = ROOT / "suites"
_OTHERS = {
    "-n": "xdist.plugin",
    "--reruns": "pytest_rerunfailures",
    "--alluredir": "allure_pytest.plugin",
}


@dataclass
class Done:
    """What a run left behind."""

    code: int
    output: str
    folder: Path
    seconds: float = 0.0
    record: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the record now: the next run in the same folder replaces it."""
        self.record = json.loads(self.file.read_text()) if self.file.exists() else {}

    @property
    def file(self) -> Path:
        return self.folder / "reports" / "out" / "decision.json"

    @property
    def told(self) -> tuple[int, str | None]:
        """The exit code and the decision on record; they must always agree."""
        return self.code, self.record.get("decision")

    @property
    def signals(self) -> list[str]:
        return [reason["signal"] for reason in self.record["reasons"]]


@dataclass
class Project:
    """A folder as a team has it."""

    folder: Path
    warm: bool = True

    @property
    def cold(self) -> "Project":
        """The same folder, whose runs start as a user's do; see tests.warm."""
        return replace(self, warm=False)

    def write(self, text: str, name: str = "gonogo.toml") -> "Project":
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self

    def suite(self, body: str, name: str = "smoke/test_own.py") -> "Project":
        """Replace our suites by the team's own."""
        suites = self.folder / "suites"
        if suites.is_symlink():
            suites.unlink()
        return self.write(body, f"suites/{name}")

    def words(self, *arguments: str) -> list[str]:
        named = [
            value for key, value in _OTHERS.items() if any(a.startswith(key) for a in arguments)
        ]
        plugins = [word for name in ("gonogo.plugin", *named) for word in ("-p", name)]
        return ["-m", "pytest", "-p", "no:cacheprovider", *plugins, *arguments]

    def command(self, *arguments: str) -> list[str]:
        return command(*self.words(*arguments), warm=self.warm)

    def environ(self, **more: str) -> dict[str, str]:
        return clean(**more)

    def run(self, *arguments: str, **environ: str) -> Done:
        started = time.monotonic()
        done = call(self.words(*arguments), self.folder, clean(**environ), warm=self.warm)
        took = time.monotonic() - started
        return Done(done.returncode, done.stdout + done.stderr, self.folder, took)


def quick(url: str, target: str = "", service: str = "", more: str = "") -> str:
    """A configuration that waits for nothing."""
    return (
        f'[targets.t]\nurl = "{url}"\n{target}\n[services.api]\nlive = "/health"\n'
        f'startup = {{ attempts = 3, interval = "10ms" }}\n{service}\n{more}\n'
    )


def in_turn(*answers: Response) -> Callable[[Request], Response]:
    """Answer with each in turn, and with the last from then on."""
    waiting = list(answers)

    def handler(_request: Request) -> Response:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return handler
