"""Journeys of a run: those of the configuration, and what a team's own are made with."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from gonogo.core.answer import Answer
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Attachment, Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Service
from gonogo.journeys.client import Http
from gonogo.journeys.link import Link
from gonogo.journeys.steps import Journey, new_mark
from gonogo.journeys.walk import walked
from gonogo.plugin.ask import Ask
from gonogo.plugin.stash import JOURNEY

if TYPE_CHECKING:
    from gonogo.plugin.run import Run


def answered(run: "Run", ask: Ask) -> Observation:
    """Walk one journey of [journeys.*]."""
    blocked = run.level_1_first(ask)
    if blocked is not None:
        return Observation(Reading(Outcome.UNKNOWN, blocked), attempts=0)
    return walked(ask.subject, link_of(run))


def link_of(run: "Run") -> Link:
    """Return what a journey needs of this run."""
    prober = run.prober

    def silent(answer: Answer) -> Reading:
        return prober.wait(prober.context.silent(answer))

    plain = Link(
        fetch=lambda request: prober.wait(prober.context.fetch(request)),  # type: ignore[arg-type]
        silent=silent,
        from_edge=prober.context.edge_in_grace,
        hide=run.redact.add,
        redact=run.redact,
    )
    if not run.shows_steps:
        return plain
    from gonogo.reporting import allure  # noqa: PLC0415 - only where results are asked for

    return replace(
        plain,
        around=allure.step,
        tell=lambda title, text: allure.attach([Attachment(title, text)]),
    )


def client(item: pytest.Item, run: "Run") -> Http:
    """Return a client for the service of a test; raises where its level 1 has failed."""
    service = _service_of(item, run)
    slug = service.slug if service else None
    blocked = run.level_1_first(Ask("http", slug or "", None, service=slug))
    if blocked is not None:
        raise EvidenceUnavailable(blocked)
    timeout = service.timeout if service else 10.0
    base = service.url if service else run.plan.target.url
    link = link_of(run)

    def tell(title: str, text: str) -> None:
        journey = item.stash.get(JOURNEY, None)
        if journey is not None:
            journey.exchanged(title)
        link.tell(title, text)

    return Http(replace(link, tell=tell), base, timeout=timeout)


def _service_of(item: pytest.Item, run: "Run") -> Service | None:
    services = run.plan.subjects.services
    mark = next((m for m in item.iter_markers("gonogo") if "service" in m.kwargs), None)
    if mark is not None:
        name = mark.kwargs["service"]
        if name not in services:
            known = ", ".join(services) or "none"
            raise EvidenceUnavailable(f"gonogo(service={name!r}) is no service; known: {known}")
        return services[name]
    return next(iter(services.values())) if len(services) == 1 else None


def begun(item: pytest.Item, run: "Run") -> Journey:
    """Return a journey whose failing step the finding will name."""
    journey = Journey(new_mark(), link_of(run).around)
    item.stash[JOURNEY] = journey
    return journey
