"""Headers that guard a page, and the way from plain HTTP to TLS."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from gonogo.core.answer import Request
from gonogo.core.frontend import Page
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Polling
from gonogo.probes.context import Context
from gonogo.probes.frontend.page import AS_BROWSER, against, seen
from gonogo.probes.polling import until_good

ATTEMPTS = Polling(attempts=3, interval=1.0)
_POLICIES = {
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}


async def guarded(context: Context, page: Page) -> Observation:
    """Name every required header that is missing, or that guards nothing."""

    async def ask() -> Reading:
        answer = await seen(context, Request(page.url, headers=AS_BROWSER, timeout=page.timeout))
        if isinstance(answer, Reading):
            return answer
        if (answer.status or 0) >= 500:
            return against(answer, "expected a page")
        required = [each for each in page.required if _applies(each, answer.url)]
        faults = [fault for each in required if (fault := fault_of(each, answer.headers))]
        if faults:
            return against(answer, *faults)
        return Reading(Outcome.PASS, f"{answer.describe()}, guarded by {len(required)} headers")

    return await until_good(context, page.slug, ask, ATTEMPTS)


def _applies(name: str, url: str) -> bool:
    return name != "strict-transport-security" or url.startswith("https://")


def fault_of(name: str, headers: Mapping[str, str]) -> str | None:
    """Say what is wrong with one guard; None where it holds."""
    policy = headers.get("content-security-policy", "").lower()
    given = headers.get(name, "").strip().lower()
    match name:
        case "frame-ancestors":
            framed = headers.get("x-frame-options", "").strip().lower()
            if "frame-ancestors" in policy or framed in {"deny", "sameorigin"}:
                return None
            return "frame-ancestors is missing; fix: X-Frame-Options: DENY, or in the CSP"
        case "strict-transport-security":
            age = re.search(r"max-age\s*=\s*\"?(\d+)", given)
            good, fix = age is not None and int(age[1]) > 0, "max-age=31536000"
        case "x-content-type-options":
            good, fix = given == "nosniff", "nosniff"
        case "referrer-policy":
            words = {word.strip() for word in given.split(",")}
            good, fix = bool(words & _POLICIES), "strict-origin-when-cross-origin"
        case _:
            good, fix = bool(given), "default-src 'self'"
    if good:
        return None
    state = f"says {given[:40]!r}" if given else "is missing"
    return f"{name} {state}; fix: {fix}"


async def redirected(context: Context, page: Page) -> Observation:
    """Ask without TLS: either nobody answers, or a redirect leads to TLS on the same host."""
    plain = page.plain or page.url

    async def ask() -> Reading:
        secure = await seen(context, Request(page.url, timeout=page.timeout))
        if isinstance(secure, Reading):
            return secure
        answer = await context.fetch(Request(plain, timeout=page.timeout, max_redirects=0))
        if answer.transport_failure:
            return Reading(Outcome.PASS, f"{answer.describe()}: nothing is served without TLS")
        if context.edge_in_grace(answer):
            return Reading(Outcome.UNKNOWN, f"{answer.describe()}, from the edge", "edge")
        place = urlsplit(answer.headers.get("location", ""))
        status = answer.status or 0
        if 300 <= status < 400 and place.scheme == "https":
            return Reading(Outcome.PASS, f"{answer.describe()}, to https://{place.hostname}")
        if status in {403, 404, 410, 421, 426, 429} or status >= 500:
            return Reading(Outcome.PASS, f"{answer.describe()}: no page is served without TLS")
        return against(answer, "served without TLS; fix: redirect to https")

    return await until_good(context, page.slug, ask, ATTEMPTS)
