"""Files that a build or an operator leaves behind, and what they must show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """A coverage report (Cobertura XML or LCOV); `minimum` is a ratio of lines."""

    file: str
    minimum: float
    max_age: float | None = None


@dataclass(frozen=True, slots=True)
class TestResults:
    """JUnit XML files, as a glob; every test in them must have passed or been skipped."""

    file: str
    max_age: float | None = None
    __test__ = False  # no test class, whatever its name


@dataclass(frozen=True, slots=True)
class ScanResults:
    """SARIF files, as a glob; at most `most` results of `level` or worse."""

    file: str
    level: str = "error"
    most: int = 0
    max_age: float | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """Backups, as a glob; the newest must be younger than `max_age` seconds and not empty."""

    file: str
    max_age: float


Artefact = Coverage | TestResults | ScanResults | Backup
