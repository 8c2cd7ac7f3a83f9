"""A hint: what has probably happened, and what to run next."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote
from urllib.parse import urlsplit

from gonogo.core.clue import Clue
from gonogo.core.finding import Finding


@dataclass(frozen=True, slots=True)
class Hint:
    """The cause in one sentence, and the next command to run."""

    cause: str
    next: str

    def __str__(self) -> str:
        return f"{self.cause}; next: {self.next}"


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a run looked: `log` is what a booted command wrote, the rest what that log names."""

    target: str = ""
    provider: str | None = None
    log: str = ""
    variable: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One finding to explain, with all that this run has seen beside it."""

    finding: Finding
    clue: Clue
    scene: Scene
    seen: Sequence[Finding]

    @property
    def host(self) -> str:
        """The host that was asked."""
        return urlsplit(self.clue.origin).hostname or ""

    @property
    def port(self) -> int | None:
        """The port that was asked."""
        return urlsplit(self.clue.origin).port

    @property
    def url(self) -> str:
        """What was asked, as a shell takes it."""
        return quote(f"{self.clue.origin}{self.clue.path}")
