"""Who is told of which alert, and in which words."""

from dataclasses import dataclass, field

from gonogo.core.alert import Alert, Event, Patience
from gonogo.core.outcome import Decision, Stage

FIELDS = (
    "what",
    "decision",
    "was",
    "event",
    "project",
    "target",
    "url",
    "stage",
    "commit",
    "since",
    "lasted",
    "reason",
    "reasons",
    "next",
    "run",
)
TITLE = "{what}: {project} @ {target}"


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told, of what; an empty `decisions`, `targets` or `stages` means all.

    `urls` hold tokens: no output shows them. A `title` or `body` of None is the usual one.
    """

    urls: tuple[str, ...] = field(repr=False)
    on: frozenset[Event]
    decisions: frozenset[Decision] = frozenset()
    targets: frozenset[str] = frozenset()
    stages: frozenset[Stage] = frozenset()
    title: str | None = None
    body: str | None = None

    def wants(self, alert: Alert, target: str, stage: Stage) -> bool:
        """Tell whether this route is told of an alert; of a recovery, by what is over."""
        return (
            alert.event in self.on
            and alert.about in (self.decisions or {alert.about})
            and target in (self.targets or {target})
            and stage in (self.stages or {stage})
        )


@dataclass(frozen=True)
class Notify:
    """Everything that [notify] says."""

    routes: tuple[Route, ...]
    patience: Patience = field(default_factory=Patience)

    def chosen(self, alert: Alert, target: str, stage: Stage) -> dict[str, Route]:
        """Return the URLs to tell, each once: the first route that wants it has the words."""
        found: dict[str, Route] = {}
        for route in self.routes:
            if route.wants(alert, target, stage):
                for url in route.urls:
                    found.setdefault(url, route)
        return found
