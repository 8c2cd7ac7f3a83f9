"""Level 1: which version serves? Polled until it is the one that was deployed."""

from typing import Any

import jmespath

from gonogo.core.answer import Answer, Request
from gonogo.core.clock import seconds
from gonogo.core.commit import same_commit
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.observation import Observation, Reading, Trail
from gonogo.core.outcome import Outcome
from gonogo.core.stranger import OLD
from gonogo.core.subject import Service, Version
from gonogo.probes.clues import clue_of
from gonogo.probes.context import Context
from gonogo.probes.polling import ENDED

EVERY_S = 2.0
SOON_S = 0.05
LAST_LOOK = 6
IN_A_ROW = 3  # several replicas may answer: one good reading proves one replica


async def serving(context: Context, service: Service) -> Observation:
    """Poll the version until three readings in a row are the expected commit, or `wait` is over.

    One old reading proves one replica: at the deadline a last look tells old from mixed.
    """
    version = service.version
    if version is None:
        return Observation(Reading(Outcome.UNKNOWN, "no version is configured"))
    trail, matches, seen, looks = Trail(), 0, set[str](), LAST_LOOK
    down = _Down(service)
    until = context.now() + version.wait
    while True:
        served, reading = await _ask(context, version, service.timeout)
        trail.add(context.now(), context.stamp(), reading)
        if context.commit is None and (served is not None or not context.any_version):
            return trail.close(reading=_without_commit(context, served))
        confirmed = down.confirmed(reading if served is None else None, context.now())
        if confirmed is not None:
            return trail.close(confirmed, reading)
        seen |= {served} if served else set()
        matches = matches + 1 if reading.outcome is Outcome.PASS else 0
        if matches >= IN_A_ROW:
            return trail.close()
        left = until - context.now()
        if left <= 0 and matches == 0:
            looks -= 1
            if looks < 0 or served is None:
                return _too_late(context, trail, seen)
        _tell(context, service, reading, left)
        soon = matches > 0 or left <= 0
        every = EVERY_S if served else min(EVERY_S, service.startup.interval)
        await context.sleep(SOON_S if soon else min(every, max(SOON_S, left)))


async def strayed(context: Context, service: Service) -> Reading | None:
    """Ask once; return what serves instead of the commit, None where it serves or nobody knows."""
    version = service.version
    if version is None or context.commit is None or context.any_version:
        return None
    served, reading = await _ask(context, version, service.timeout)
    return reading if served is not None and reading.outcome is Outcome.FAIL else None


def _tell(context: Context, service: Service, reading: Reading, left: float) -> None:
    if left > 0 and reading.outcome is not Outcome.PASS:
        context.progress(f"{service.slug}: {reading.text}, {seconds(left)} left")


class _Down:
    """Tells when a service that serves no version at all has used up its start-up attempts."""

    def __init__(self, service: Service) -> None:
        self._polling = service.startup
        self._readings = 0
        self._since = 0.0

    def confirmed(self, reading: Reading | None, now: float) -> str | None:
        """Take a reading without a version, or None; a server error or a silence may confirm."""
        if reading is None or reading.outcome is not Outcome.FAIL:
            self._readings = 0
            return None
        if reading.signal == "not-live":
            return ENDED
        self._since = now if self._readings == 0 else self._since
        self._readings += 1
        lasted = now - self._since >= (self._polling.attempts - 1) * self._polling.interval
        enough = lasted and self._readings >= min(3, self._polling.attempts)
        return f"{self._polling.attempts} attempts" if enough else None


async def _ask(
    context: Context,
    version: Version,
    timeout: float,  # noqa: ASYNC109 - the probe's own
) -> tuple[str | None, Reading]:
    answer = await context.fetch(Request(version.url, timeout=timeout, fresh=True))
    if answer.transport_failure:
        return None, await context.silent(answer)
    served = _served(answer, version.field)
    if served is None and (answer.status or 0) >= 500 and not context.edge_in_grace(answer):
        status = str(answer.status)
        text, took = answer.describe(), answer.elapsed
        clue = clue_of(answer, json=True)
        return None, Reading(Outcome.FAIL, text, "http-5xx", status, "200", took, clue)
    if served is None:
        text = f"{answer.describe()}, no version at {version.field!r}"
        clue = clue_of(answer, json=True)
        return None, Reading(Outcome.UNKNOWN, text, elapsed=answer.elapsed, clue=clue)
    expected = context.commit or ""
    good = same_commit(served, expected)
    text = f"version {served} serves" + ("" if good else f", expected {expected}")
    outcome = Outcome.PASS if good else Outcome.FAIL
    clue = clue_of(answer, json=True)
    return served, Reading(outcome, text, "not-live", served, expected, answer.elapsed, clue)


def _served(answer: Answer, field: str) -> str | None:
    if answer.status is None or not 200 <= answer.status < 300:
        return None
    try:
        body = decode_content(answer.body, answer.headers.get("content-encoding"), 1 << 20)
        value: Any = jmespath.search(field, parse_json(body))
    except (ContentError, ValueError, RecursionError, jmespath.exceptions.JMESPathError):
        return None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _without_commit(context: Context, served: str | None) -> Reading:
    if served is not None and context.any_version:
        return Reading(Outcome.PASS, f"version {served} serves", value=served)
    found = "no version was told, and" if served is None else f"version {served} serves, but"
    text = f"{found} which one should serve is not known: give --gonogo-commit"
    return Reading(Outcome.UNKNOWN, text, value=served)


def _too_late(context: Context, trail: Trail, seen: set[str]) -> Observation:
    if not seen:
        last = trail.readings[-1][1]
        return trail.close(reading=Reading(Outcome.UNKNOWN, last.text, clue=last.clue))
    mixed = any(same_commit(served, context.commit or "") for served in seen)
    confirmed = "mixed" if mixed else OLD
    names = ", ".join(sorted(seen))
    text = f"by the deadline {names} served, expected {context.commit}"
    clue = trail.readings[-1][1].clue
    reading = Reading(Outcome.FAIL, text, "not-live", names, context.commit, clue=clue)
    return trail.close(confirmed, reading)
