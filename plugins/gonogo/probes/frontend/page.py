"""The index of a front end: fetched as a browser does, and what it refers to."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from gonogo.core.answer import Answer, Request
from gonogo.core.content import ContentError, decode_content
from gonogo.core.observation import Reading
from gonogo.core.outcome import Outcome
from gonogo.health.body import is_page
from gonogo.probes.context import Context

AS_BROWSER = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
_STYLES, _SCRIPTS = {"stylesheet"}, {"modulepreload"}


@dataclass
class Index:
    """What an index refers to: `assets` by complete URL, script or style."""

    assets: dict[str, str] = field(default_factory=dict)
    elsewhere: int = 0
    inline: bool = False
    title: str = ""


def index_of(answer: Answer) -> Index:
    """Read what an index refers to; raises ContentError where its body cannot be decoded."""
    body = decode_content(answer.body, answer.headers.get("content-encoding"), 4 << 20)
    parser = _Parser(answer.url)
    parser.feed(body.decode("utf-8", "replace"))
    return parser.index


class _Parser(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.index = Index()
        self._page = self._base = url
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        relations = set(given.get("rel", "").lower().split())
        if tag == "base" and given.get("href"):
            self._base = urljoin(self._page, given["href"])
        elif tag == "script":
            self.index.inline = self.index.inline or "src" not in given
            self._add(given.get("src", ""), "script")
        elif tag == "link" and relations & (_STYLES | _SCRIPTS):
            self._add(given.get("href", ""), "style" if relations & _STYLES else "script")
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.index.title += data.strip()

    def _add(self, place: str, kind: str) -> None:
        if not place.strip() or place.startswith("data:"):
            return
        try:
            url = urljoin(self._base, place.strip()).partition("#")[0]
            own = urlsplit(url)[:2] == urlsplit(self._page)[:2]
        except ValueError:
            url, own = place, True  # not a URL: to ask for it will say so
        if own:
            self.index.assets[url] = kind
        else:
            self.index.elsewhere += 1


async def seen(context: Context, request: Request) -> Answer | Reading:
    """Return an answer, or what its absence means; a rate limit and the edge are no evidence."""
    answer = await context.fetch(request)
    if answer.transport_failure:
        reading = await context.silent(answer)
        return Reading(reading.outcome, reading.text)
    if context.edge_in_grace(answer):
        return Reading(Outcome.UNKNOWN, f"{answer.describe()}, from the edge", "edge")
    if answer.challenged:
        return Reading(Outcome.UNKNOWN, f"{answer.describe()}, a firewall's challenge")
    if answer.status == 429:
        return Reading(Outcome.UNKNOWN, f"{answer.describe()}, a rate limit")
    return answer


def no_page(answer: Answer) -> str | None:
    """Say what is wrong with an answer that should be a web page."""
    if answer.status != 200:
        return "expected 200"
    if answer.silence is not None:
        return answer.silence.text
    if not is_page(answer.headers, answer.body):
        return "not a web page"
    kind = answer.headers.get("content-type", "")
    return None if "html" in kind else f"a web page served as {kind or 'nothing'}"


def readable(answer: Answer) -> Index | None:
    """Return what an index refers to, None where its body cannot be decoded."""
    try:
        return index_of(answer)
    except ContentError:
        return None


def against(answer: Answer, *faults: str) -> Reading:
    """Return a reading that names the faults."""
    text = "; ".join([answer.describe(), *faults])
    return Reading(Outcome.FAIL, text, value=str(answer.status), elapsed=answer.elapsed)
