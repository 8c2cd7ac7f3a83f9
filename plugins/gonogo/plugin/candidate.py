"""The values that a release will start with, as questions and answers of a run."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from gonogo.config.load import Plan
from gonogo.core.observation import Observation, Reading
from gonogo.core.provider import Hosting
from gonogo.core.variable import Fault
from gonogo.environment.assembly import Answers, Sources, catalogue
from gonogo.environment.catalogue import Catalogue, judged, place
from gonogo.plugin.ask import Ask
from gonogo.plugin.provided import provided

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

Places = Mapping[str, Mapping[str, Hosting]]


class Candidate:
    """Reads the sources of the target once, and judges every variable, file and group.

    Which items there are is known from files alone. Providers are asked at the first question:
    by then the record is begun, and a run that asks no such question asks no provider.
    """

    def __init__(self, plan: Plan, files: tuple[str, ...] = ()) -> None:
        self._plan = plan
        self._sources = Sources(plan, files, os.environ)
        places = self._sources.places()
        self._places = places if any(places.values()) else {}
        self._judge(catalogue(plan, self._sources, os.environ))

    def _judge(self, found: Catalogue) -> None:
        self._catalogue = found
        self._faults: dict[str, dict[str, list[Fault]]] = {
            "variable": found.variables(),
            "file": found.files(),
            "group": found.groups(),
        }
        self.secrets = tuple(found.hidden())

    def complete(self, asked: Callable[[Places], Answers]) -> bool:
        """Ask the providers, once; returns whether that has changed anything."""
        if not self._places:
            return False
        places, self._places = self._places, {}
        self._judge(catalogue(self._plan, self._sources, os.environ, asked(places)))
        return True

    @property
    def values(self) -> dict[str, str]:
        """The values of the target by name, without white space around them."""
        own = self._catalogue.own
        return {name: own.text(name) for name in own.found}

    @property
    def absence(self) -> str:
        """Why a value that is not there is not there."""
        files = ", ".join(sheet.file for sheet in self._catalogue.own.sheets)
        return self._catalogue.own.blocked or f"not set in {files or 'the values of the target'}"

    def asks(self, kind: str) -> Iterable[Ask]:
        """Return one question per variable, file or group."""
        return [Ask(kind, slug, slug, "environment") for slug in sorted(self._faults[kind])]

    def observe(self, ask: Ask) -> Observation:
        """Say every fault of one item at once; never a value."""
        faults = self._faults[ask.kind][ask.slug]
        outcome, text, signal = judged(faults)
        reading = Reading(outcome, text or self._good(ask), signal, where=place(faults))
        return Observation(reading)

    def _good(self, ask: Ask) -> str:
        if ask.kind != "variable":
            return "nothing to say against it"
        return "set" if self._catalogue.own.text(ask.slug) else "optional, not set"


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge one variable, file or group of the run's candidate."""
    candidate: Candidate = run.environment
    if candidate.complete(lambda places: provided(run, places)):
        run.redact.add(candidate.secrets)
    return candidate.observe(ask)
