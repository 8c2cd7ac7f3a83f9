"""What a web service says of itself, and what its status page says of it."""

from gonogo.core.answer import Request
from gonogo.core.dependency import Direct
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.incident import StatusPage
from gonogo.core.outcome import Outcome
from gonogo.health import read
from gonogo.health.body import is_document
from gonogo.probes.context import Context
from gonogo.probes.direct.seen import Quiet, Refused, Seen
from gonogo.probes.incident import announced as page_says


async def answered(context: Context, direct: Direct) -> Seen:
    """Ask for a status below 400, and a JSON body, if there is one, that is not unhealthy."""
    answer = await context.fetch(Request(direct.url, timeout=direct.timeout))
    if answer.silence is not None:
        if answer.silence.own:
            raise EvidenceUnavailable(answer.silence.text)
        raise Quiet(answer.silence.kind, answer.silence.text)
    status = answer.status or 0
    if status == 429:
        raise EvidenceUnavailable("429, a rate limit: it says nothing about the dependency")
    if status >= 400:
        raise Refused(f"{status}, expected a status below 400")
    outcome = Outcome.PASS
    if is_document(answer.headers, answer.body):
        said = read(status, answer.headers, answer.body)["status"]
        if said == "fail":
            raise Refused(f"{status}, and its body says that it is unhealthy")
        outcome = Outcome.WARN if said == "warn" else outcome
    return Seen(f"{status}", answer.elapsed, outcome, str(status), "below 400")


async def announced(context: Context, direct: Direct) -> Seen:
    """Read the indicator of a Statuspage: major and critical are against it, minor is a warning."""
    observation = await page_says(context, StatusPage("status", direct.url))
    reading = observation.reading
    text = reading.text.removeprefix("status: ")
    if reading.outcome is Outcome.UNKNOWN:
        raise EvidenceUnavailable(text)
    if reading.outcome is Outcome.FAIL:
        raise Refused(f"{text} ({reading.value})")
    return Seen(f"{text} ({reading.value})", 0.0, reading.outcome, reading.value, "none")
