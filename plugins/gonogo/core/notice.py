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
        """Tell whether this route is told of an alert.

        Of a recovery, where it was told of what is over. A problem that changes into one of its
        decisions is a new one to it, and it is told where that is no longer so.
        """
        return (
            self._on(alert)
            and not self._about(alert).isdisjoint(self.decisions or self._about(alert))
            and target in (self.targets or {target})
            and stage in (self.stages or {stage})
        )

    def _on(self, alert: Alert) -> bool:
        becomes = alert.decision in self.decisions and alert.was not in self.decisions
        new = alert.event is Event.CHANGED and becomes and Event.PROBLEM in self.on
        return new or alert.event in self.on

    def _about(self, alert: Alert) -> frozenset[Decision]:
        if alert.event is Event.RECOVERED:
            return alert.ever
        before = {alert.was} if alert.event is Event.CHANGED and alert.was else set()
        return frozenset({alert.decision, *before})


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
