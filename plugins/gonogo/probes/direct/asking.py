"""Ask a dependency directly, until its failure is confirmed: kind -> "module:function"."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from urllib.parse import urlsplit

from gonogo.core.answer import Answer, Request, Silence
from gonogo.core.clock import seconds
from gonogo.core.dependency import Direct
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule
from gonogo.core.subject import Dependency
from gonogo.probes.context import Context
from gonogo.probes.direct.seen import Quiet, Refused, Seen
from gonogo.probes.polling import until_confirmed

Probe = Callable[[Context, Direct], Awaitable[Seen]]
KINDS = {
    "sql": "gonogo.probes.direct.sql:answered",
    "redis": "gonogo.probes.direct.redis:answered",
    "celery": "gonogo.probes.direct.celery:answered",
    "tcp": "gonogo.probes.direct.tcp:answered",
    "http": "gonogo.probes.direct.web:answered",
    "statuspage": "gonogo.probes.direct.web:announced",
}
EVERY_S = 1.0
_PRIVATE = (".internal", ".local", ".localdomain", ".lan", ".svc", ".cluster.local")


async def asked(
    context: Context, dependency: Dependency, direct: Direct, rule: Rule
) -> Observation:
    """Ask once; after a first failure, until it is confirmed or refuted."""
    module, _, name = KINDS[direct.kind].partition(":")
    probe: Probe = getattr(import_module(module), name)

    async def ask() -> Reading:
        return _within(await _reading(context, direct, probe), dependency.budget)

    return await until_confirmed(context, dependency.slug, ask, rule, EVERY_S)


async def _reading(context: Context, direct: Direct, probe: Probe) -> Reading:
    patience = direct.timeout + (direct.wait if direct.task else 0.0)
    try:
        async with asyncio.timeout(patience):
            seen = await probe(context, direct)
    except TimeoutError:
        return await _silent(context, direct, Silence("timeout", f"no answer within {patience:g}s"))
    except Quiet as quiet:
        return await _silent(context, direct, Silence(quiet.kind, str(quiet)))
    except Refused as refused:
        return Reading(Outcome.FAIL, f"{direct.shown}: {refused}", value="refused")
    except EvidenceUnavailable as missing:
        return Reading(Outcome.UNKNOWN, f"{direct.shown}: {missing}")
    text = f"{direct.shown}: {seen.text} in {seconds(seen.elapsed)}"
    return Reading(seen.outcome, text, None, seen.value, seen.threshold, seen.elapsed)


def _within(reading: Reading, budget: float | None) -> Reading:
    if reading.outcome is not Outcome.PASS or not budget or reading.elapsed <= budget:
        return reading
    text = f"{reading.text}, budget {seconds(budget)}"
    return replace(reading, outcome=Outcome.WARN, text=text, threshold=seconds(budget))


async def _silent(context: Context, direct: Direct, silence: Silence) -> Reading:
    """Judge by the control URLs; what this run has booted proves nothing about other hosts."""
    host = urlsplit(direct.url).hostname or ""
    if silence.kind == "dns" and _is_private(host):
        hint = "a name of a private network: ask where it resolves, or through the service's health"
        return Reading(Outcome.UNKNOWN, f"{direct.shown}: {silence.text}; {hint}")
    if context.own_network and not _is_here(host):
        context = replace(context, own_network=False)
    answer = Answer(Request(direct.url, method="CONNECT"), silence=silence)
    reading = await context.silent(answer)
    # the service itself is level 1's business: here only the dependency's signal counts
    clue = replace(reading.clue, kind=direct.kind, method="CONNECT")
    text = reading.text.removeprefix("CONNECT ")
    return replace(reading, text=text, signal=None, value=silence.kind, clue=clue)


def _is_private(host: str) -> bool:
    return host.endswith(_PRIVATE) or ("." not in host and not _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"} or host.endswith(".localhost")
