"""Level 1: is the service alive, in time, and does it serve the version that was deployed?"""

from dataclasses import replace
from urllib.parse import urlsplit

from gonogo.core.answer import Answer, Request
from gonogo.core.clock import seconds
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Service
from gonogo.health import is_document, is_page, read
from gonogo.probes.addresses import leads_to_login
from gonogo.probes.clues import clue_of
from gonogo.probes.context import Context
from gonogo.probes.polling import until_good


async def alive(context: Context, service: Service) -> Observation:
    """Ask the live endpoint until it is healthy or its start-up attempts are used up."""

    async def ask() -> Reading:
        return await read_liveness(context, service)

    return await until_good(context, service.slug, ask, service.startup)


async def read_liveness(context: Context, service: Service) -> Reading:
    """One attempt; with no endpoint configured, the first guess that exists is the answer."""
    reading = Reading(Outcome.UNKNOWN, "not asked")
    for url in (service.live, *service.guesses):
        answer = await context.fetch(Request(url, timeout=service.timeout))
        reading = await judge(context, answer, page=_is_page(url))
        missing = answer.status in {404, 405} or is_page(answer.headers, answer.body)
        if not (service.guesses and missing and reading.outcome is not Outcome.PASS):
            return reading
    return reading


async def judge(context: Context, answer: Answer, *, page: bool) -> Reading:
    """Judge one answer of a health endpoint; a `page` may be HTML."""
    if answer.transport_failure:
        return await context.silent(answer)
    reading = _judged(context, answer, page=page)
    return replace(reading, clue=clue_of(answer, json=not page))


def _judged(context: Context, answer: Answer, *, page: bool) -> Reading:
    text = answer.describe()
    took = answer.elapsed
    if context.edge_in_grace(answer):
        reason = f"{text}, from the edge while the deployment settles"
        return Reading(Outcome.UNKNOWN, reason, "edge", str(answer.status), elapsed=took)
    status = answer.status
    if status is not None and status >= 500:
        return Reading(Outcome.FAIL, text, "http-5xx", str(status), "200", elapsed=took)
    bad = _refusal(answer)
    if bad is not None:
        return Reading(Outcome.FAIL, f"{text}, {bad}", "live", str(status), "200", elapsed=took)
    return _judge_body(answer, text, page=page)


def _refusal(answer: Answer) -> str | None:
    if answer.silence is not None:
        return answer.silence.text
    if answer.redirects and leads_to_login(answer.request.url, answer.url):
        return "a redirect to a login or to another host"
    if answer.status not in {200, 204}:
        return "expected 200"
    return None


def _judge_body(answer: Answer, text: str, *, page: bool) -> Reading:
    if page:
        return Reading(Outcome.PASS, text, elapsed=answer.elapsed)
    report = read(answer.status or 0, answer.headers, answer.body)
    status = report["status"]
    value = str(answer.status)
    if status == "fail":
        reason = f"{text}, and the body says unhealthy"
        return Reading(Outcome.FAIL, reason, "live", value, "healthy", answer.elapsed)
    if status == "warn":
        return Reading(Outcome.WARN, f"{text}, degraded", elapsed=answer.elapsed)
    if status == "pass":
        return Reading(Outcome.PASS, text, elapsed=answer.elapsed)
    if is_page(answer.headers, answer.body):
        reason = f"{text}, a web page where a health answer belongs"
        return Reading(Outcome.FAIL, reason, "live", value, "healthy", answer.elapsed)
    if "json" not in answer.headers.get("content-type", "").lower():
        note = "the body says neither healthy nor unhealthy"
        return Reading(Outcome.WARN, f"{text}, {note}", elapsed=answer.elapsed)
    if not is_document(answer.headers, answer.body):
        reason = f"{text}, and the body is not the JSON that it claims to be"
        return Reading(Outcome.FAIL, reason, "live", value, "healthy", answer.elapsed)
    reason = f"{text}, and the body states no health that is known"
    return Reading(Outcome.UNKNOWN, reason, "live", value, "healthy", answer.elapsed)


def _is_page(url: str) -> bool:
    path = urlsplit(url).path
    return path in {"", "/"} or path.endswith((".html", ".htm"))


async def pace(context: Context, service: Service) -> Observation:
    """Ask the live endpoint three times, one after another; the best time counts."""
    budget = service.budget or 0.0
    best = float("inf")
    for _ in range(3):
        answer = await context.fetch(Request(service.live, timeout=service.timeout))
        if answer.status == 200:
            best = min(best, answer.elapsed)
        if best <= budget:
            break
    if best == float("inf"):
        return Observation(Reading(Outcome.UNKNOWN, "no answer to measure"))
    outcome = Outcome.PASS if best <= budget else Outcome.FAIL
    text = f"best of 3 took {seconds(best)}, budget {seconds(budget)}"
    reading = Reading(outcome, text, value=seconds(best), threshold=seconds(budget), elapsed=best)
    return Observation(reading, confirmed_by="best of 3" if outcome is Outcome.FAIL else None)
