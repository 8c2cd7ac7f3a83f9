"""What a build or an operator leaves behind, and what it must show.

`max_age` is in seconds. `commit`: True, an artefact must name the commit that is being deployed;
None, it must not name another one; False, nobody asks.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Coverage:
    """A coverage report (Cobertura XML or LCOV); `minimum` is a ratio of lines.

    `drop` is the most that may be lost against the last GO, None where nobody compares.
    """

    file: str
    minimum: float
    max_age: float | None = None
    commit: bool | None = None
    drop: float | None = None


@dataclass(frozen=True, slots=True)
class TestResults:
    """JUnit XML files, as a glob; every test in them must have passed or been skipped."""

    file: str
    max_age: float | None = None
    commit: bool | None = None
    __test__ = False  # no test class, whatever its name


@dataclass(frozen=True, slots=True)
class ScanResults:
    """SARIF files, as a glob; at most `most` results of `level` or worse."""

    file: str
    level: str = "error"
    most: int = 0
    max_age: float | None = None
    commit: bool | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """Backups, as a glob; the newest must be young enough, and have `least` bytes."""

    file: str
    max_age: float
    least: float = 1.0


@dataclass(frozen=True, slots=True)
class BackupCommand:
    """A command that prints when the newest backup was made; `timeout` in seconds."""

    command: str = field(repr=False)
    max_age: float
    timeout: float = 30.0
    least: float = 1.0


@dataclass(frozen=True, slots=True)
class BackupUrl:
    """A backup behind a URL, as old as its Last-Modified says."""

    url: str = field(repr=False)
    max_age: float
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    least: float = 1.0


Artefact = Coverage | TestResults | ScanResults | Backup | BackupCommand | BackupUrl
