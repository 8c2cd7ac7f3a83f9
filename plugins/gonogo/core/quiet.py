"""Whether what a watch listens to still speaks: what falls silent half way proves nothing more."""

from dataclasses import dataclass

from gonogo.core.clock import seconds

SILENT_S = 60.0  # without an answer that says something
QUIET_S = 180.0  # without anything new, where that may be the night
TWICE = 2  # one lost answer is no silence


@dataclass(slots=True)
class _Source:
    last: float | None = None
    silences: int = 0
    text: str = ""
    patience: float = SILENT_S


class Quiet:
    """The sources of each trigger: when each has spoken last, and what came instead since then.

    One that never spoke is no concern of this: it lacks readings from the start.
    """

    def __init__(self) -> None:
        self._sources: dict[tuple[str, str], _Source] = {}

    def heard(self, trigger: str, source: str, at: float) -> None:
        """Note that a source said something."""
        self._sources[trigger, source] = _Source(at)

    def silent(self, trigger: str, source: str, text: str, patience: float = SILENT_S) -> None:
        """Note that a source was asked, and why that said nothing."""
        known = self._sources.setdefault((trigger, source), _Source())
        known.silences += 1
        known.text, known.patience = text, patience

    def never_heard(self, trigger: str) -> tuple[str, ...]:
        """Return the sources of a trigger that were asked, and never said anything."""
        return tuple(
            source
            for (name, source), each in self._sources.items()
            if name == trigger and each.last is None and each.silences >= TWICE
        )

    def gap(self, now: float) -> tuple[str, str] | None:
        """Return a trigger of which too little is known by now, and why; None if there is none."""
        for (trigger, source), each in self._sources.items():
            if each.last is None or each.silences < TWICE or now - each.last < each.patience:
                continue
            name = "" if source == trigger else f"{source}: "
            return trigger, f"{name}nothing known for {seconds(now - each.last)}, {each.text}"
        return None
