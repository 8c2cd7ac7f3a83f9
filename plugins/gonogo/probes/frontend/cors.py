"""May pages of the right origin ask, and pages of no other?"""

import itertools
from collections.abc import Mapping
from urllib.parse import urlsplit

from gonogo.core.answer import Answer, Request
from gonogo.core.frontend import CrossOrigin
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Polling
from gonogo.probes.context import Context
from gonogo.probes.frontend.page import against, seen
from gonogo.probes.polling import until_good

ATTEMPTS = Polling(attempts=3, interval=1.0)
_FOREIGN = "gonogo-foreign.example"


async def crossed(context: Context, cross: CrossOrigin) -> Observation:
    """Ask as the right origin, then as foreign ones, some of which look like it."""
    origins = [cross.origin, *strangers(cross.origin)]

    async def ask() -> Reading:
        for origin, method in itertools.product(origins, ("OPTIONS", "GET")):
            answer = await seen(context, _request(cross, method, origin))
            if isinstance(answer, Reading):
                return answer
            own = origin == cross.origin
            fault = _refused(answer, cross) if own else _open(answer.headers, origin, cross)
            if fault is not None:
                return against(answer, fault)
        text = f"{cross.url.partition('?')[0]} may be asked by {cross.origin}, and by no stranger"
        return Reading(Outcome.PASS, text)

    return await until_good(context, cross.slug, ask, ATTEMPTS)


def strangers(origin: str) -> list[str]:
    """Return origins that must not be allowed; careless patterns let the last ones in."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    return [
        f"https://{_FOREIGN}",
        "null",
        f"{parts.scheme}://{host}.{_FOREIGN}",
        f"{parts.scheme}://gonogo-foreign{host}",
    ]


def _request(cross: CrossOrigin, method: str, origin: str) -> Request:
    headers = [("Origin", origin)]
    if method == "OPTIONS":
        headers.append(("Access-Control-Request-Method", "GET"))
    return Request(cross.url, method, tuple(headers), timeout=cross.timeout, max_redirects=0)


def _refused(answer: Answer, cross: CrossOrigin) -> str | None:
    """Say why a page of the right origin could not ask."""
    allowed = answer.headers.get("access-control-allow-origin", "")
    preflight = answer.request.method == "OPTIONS"
    status = answer.status or 0
    if (preflight and not 200 <= status < 300) or status >= 500:
        return f"the {'preflight' if preflight else 'request'} of {cross.origin} fails"
    if allowed == "*" and _with_credentials(answer.headers):
        return "allows * with credentials, which browsers refuse; fix: name the origins"
    if allowed not in {"*", cross.origin}:
        return f"{cross.origin} is not allowed, but {allowed[:80] or 'nobody'}"
    return None


def _open(headers: Mapping[str, str], origin: str, cross: CrossOrigin) -> str | None:
    """Say why a stranger could ask."""
    allowed = headers.get("access-control-allow-origin", "")
    if allowed == "*" and (not cross.public or _with_credentials(headers)):
        return "every origin is allowed; fix: name the origins, or public = true in cors"
    if allowed == origin and (not cross.public or _with_credentials(headers)):
        return f"the stranger {origin} is allowed; fix: compare the whole origin"
    return None


def _with_credentials(headers: Mapping[str, str]) -> bool:
    return headers.get("access-control-allow-credentials", "").strip().lower() == "true"
