"""Does the index load whole, and does a reload on any of its routes?"""

import asyncio
import secrets

from gonogo.core.answer import Answer, Request
from gonogo.core.frontend import Page
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Polling
from gonogo.health.body import is_page
from gonogo.probes.context import Context
from gonogo.probes.frontend.page import (
    AS_BROWSER,
    Index,
    against,
    index_of,
    no_page,
    readable,
    seen,
)
from gonogo.probes.polling import until_good

MOST = 500
ATTEMPTS = Polling(attempts=3, interval=1.0)
_TYPES = {"script": ("javascript", "ecmascript"), "style": ("text/css",)}


async def loaded(context: Context, page: Page) -> Observation:
    """Load the index, and every script and style of its own."""

    async def ask() -> Reading:
        found = await _index(context, page)
        if isinstance(found, Reading):
            return found
        answer, index = found
        if not index.assets:
            return _without_assets(answer, index)
        if len(index.assets) > MOST:
            return Reading(Outcome.UNKNOWN, f"{answer.describe()}; more than {MOST} assets")
        requests = (Request(url, timeout=page.timeout) for url in index.assets)
        answers = await asyncio.gather(*(seen(context, each) for each in requests))
        return _judged(answer, index, answers)

    return await until_good(context, page.slug, ask, ATTEMPTS)


async def _index(context: Context, page: Page) -> tuple[Answer, Index] | Reading:
    answer = await seen(context, Request(page.url, headers=AS_BROWSER, timeout=page.timeout))
    if isinstance(answer, Reading):
        return answer
    fault = no_page(answer)
    if fault is not None:
        return against(answer, fault)
    return answer, index_of(answer)


def _without_assets(answer: Answer, index: Index) -> Reading:
    if index.elsewhere:
        text = f"{answer.describe()}; its {index.elsewhere} assets are elsewhere, and not asked"
        return Reading(Outcome.WARN, text)
    if index.inline:
        return Reading(Outcome.PASS, f"{answer.describe()}; everything is in the page itself")
    return against(answer, "a page without any script or style: not the application")


def _judged(answer: Answer, index: Index, answers: list[Answer | Reading]) -> Reading:
    silent = [each for each in answers if isinstance(each, Reading)]
    kinds = dict(index.assets)
    wrong = [
        f"{each.describe()}, {fault}"
        for each in answers
        if isinstance(each, Answer) and (fault := _fault(each, kinds[each.request.url]))
    ]
    if wrong:
        more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
        return against(answer, "; ".join(wrong[:3]) + more)
    if silent:
        return max(silent, key=lambda each: each.outcome.rank)
    return Reading(Outcome.PASS, f"{answer.describe()}, and its {len(answers)} assets load")


def _fault(answer: Answer, kind: str) -> str | None:
    if answer.status != 200:
        return "expected 200"
    if answer.silence is not None and answer.silence.kind != "too-large":
        return answer.silence.text
    if is_page(answer.headers, answer.body):
        return f"a web page in place of a {kind}"
    given = answer.headers.get("content-type", "").lower()
    if not any(word in given for word in _TYPES[kind]):
        return f"a {kind} served as {given or 'nothing'}"
    return None if answer.body else f"an empty {kind}"


async def routed(context: Context, page: Page) -> Observation:
    """Ask for a route that only the browser knows, and for an asset that nobody knows."""
    name = f"gonogo-{secrets.token_hex(4)}"
    below = page.url.rstrip("/") + "/" + page.routes.strip("/")
    route = Request(f"{below.rstrip('/')}/{name}", headers=AS_BROWSER, timeout=page.timeout)
    missing = Request(f"{page.url.rstrip('/')}/assets/{name}.js", timeout=page.timeout)

    async def ask() -> Reading:
        found = await _index(context, page)
        if isinstance(found, Reading):
            return found
        answer = await seen(context, route)
        if isinstance(answer, Reading):
            return answer
        fault = no_page(answer) or _differs(found[1], answer)
        if fault is not None:
            return against(answer, f"a route of the browser does not lead to the index: {fault}")
        text = f"{answer.describe()}, the index"
        asset = await seen(context, missing)
        if isinstance(asset, Answer) and asset.status == 200:
            hint = "a missing asset is answered with 200: an old page would break without a word"
            return Reading(Outcome.WARN, f"{text}; {asset.describe()}, {hint}")
        return Reading(Outcome.PASS, text)

    return await until_good(context, page.slug, ask, ATTEMPTS)


def _differs(index: Index, answer: Answer) -> str | None:
    """Compare titles and names of assets: texts may hold a nonce, paths may be relative."""
    other = readable(answer)
    if other is None:
        return "its body cannot be decoded"
    names, others = ({url.rpartition("/")[2] for url in each.assets} for each in (index, other))
    if names != others or index.title != other.title:
        return "another page"
    return None
