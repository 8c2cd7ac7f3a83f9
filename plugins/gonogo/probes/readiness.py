"""Level 2: the dependencies, as the service itself reports them."""

import re
from dataclasses import replace

from gonogo.core.answer import Answer, Request
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.core.subject import Dependency, Service
from gonogo.health import HealthReport, read
from gonogo.probes.clues import clue_of
from gonogo.probes.context import Context
from gonogo.probes.direct.asking import asked
from gonogo.probes.polling import until_confirmed

EVERY_S = 1.0
_WORDS = {"pass": "up", "warn": "degraded", "fail": "down", "unknown": "in an unknown state"}
_OUTCOMES = {"pass": Outcome.PASS, "warn": Outcome.WARN, "fail": Outcome.FAIL}


async def ready(context: Context, service: Service, rule: Rule) -> Observation:
    """Ask the ready endpoint as a whole, until a failure is confirmed."""

    async def ask() -> Reading:
        return await read_readiness(context, service)

    return await until_confirmed(context, service.slug, ask, rule, EVERY_S)


async def read_readiness(context: Context, service: Service) -> Reading:
    """Ask the ready endpoint as a whole, once."""
    answer, report = await _ask(context, service)
    if isinstance(report, Reading):
        return report
    clue = clue_of(answer, json=True)
    names = [n for n, c in report["components"].items() if c["status"] == "fail"]
    text = f"{answer.describe()}, the body says {report['status']}"
    text += f": {', '.join(names[:10])}" if names else ""
    outcome = _OUTCOMES.get(report["status"], Outcome.UNKNOWN)
    return Reading(outcome, text, None, report["status"], "pass", answer.elapsed, clue)


async def reported(context: Context, dependency: Dependency, rule: Rule) -> Observation:
    """Ask the service how this dependency is, or the dependency itself where it has a kind."""
    if dependency.direct is not None:
        return await asked(context, dependency, dependency.direct, rule)
    service = dependency.service
    if service is None:
        return Observation(Reading(Outcome.UNKNOWN, "no service reports this dependency"))

    async def ask() -> Reading:
        answer, report = await _ask(context, service)
        if isinstance(report, Reading):
            return report
        clue = clue_of(answer, json=True)
        down = [each for each in report["components"].values() if each["status"] == "fail"]
        if len(down) > 1:  # which of them the body speaks of is not known
            clue = replace(clue, refused="", variable="")
        return replace(_judge(dependency, answer, report), elapsed=answer.elapsed, clue=clue)

    return await until_confirmed(context, dependency.slug, ask, rule, EVERY_S)


async def _ask(context: Context, service: Service) -> tuple[Answer, HealthReport | Reading]:
    answer = await context.fetch(Request(service.ready or service.live, timeout=service.timeout))
    if answer.transport_failure:
        reading = await context.silent(answer)
        # the service itself is level 1's business: here only the dependency's signal counts
        return answer, replace(reading, signal=None)
    if context.edge_in_grace(answer):
        text = f"{answer.describe()}, from the edge"
        return answer, Reading(Outcome.UNKNOWN, text, clue=clue_of(answer))
    if answer.silence is not None:
        text = f"{answer.describe()}, {answer.silence.text}"
        return answer, Reading(Outcome.FAIL, text, clue=clue_of(answer))
    return answer, read(answer.status or 0, answer.headers, answer.body)


def _judge(dependency: Dependency, answer: Answer, report: HealthReport) -> Reading:
    text = answer.describe()
    names = {_plain(name): name for name in report["components"]}
    wanted = _plain(dependency.name)
    name = names.get(wanted) or next(
        (full for plain, full in names.items() if plain.split("/")[-1] == wanted), None
    )
    if name is None:
        if report["status"] == "fail" and not names:
            return Reading(Outcome.FAIL, f"{text}, unhealthy, and names no dependency")
        known = ", ".join(list(report["components"])[:10]) or "none"
        reason = f"{text} does not report {dependency.name!r}; it reports: {known}"
        return Reading(Outcome.UNKNOWN, reason)
    component = report["components"][name]
    outcome = _OUTCOMES.get(component["status"], Outcome.UNKNOWN)
    text = f"{text}, {name} is {_WORDS[component['status']]}"
    took = component.get("latency_ms")
    budget = dependency.budget
    if outcome is Outcome.PASS and took is not None and budget and took > budget * 1000:
        text += f" but took {took:g}ms, budget {budget * 1000:g}ms"
        outcome = Outcome.WARN
    return Reading(outcome, text, value=component["status"], threshold="pass")


def _plain(name: str) -> str:
    return re.sub(r"[/.:>]+", "/", re.sub(r"[-_\s]+", "-", name.strip().casefold()))
