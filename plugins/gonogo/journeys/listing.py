"""The pages of a list: followed as far as the API leads, a bounded number of them."""

import re
from collections.abc import Iterator
from typing import Any

from gonogo.core.subject import Expectation
from gonogo.journeys.client import Http, Reply
from gonogo.journeys.evidence import Against
from gonogo.journeys.judging import accepted, found_at, names_in

MOST_PAGES = 20
_LINK = re.compile(r'<([^>]+)>\s*;[^,]*rel="?next"?', re.IGNORECASE)
_NEXT = ("next", "links.next", "_links.next.href", "pagination.next", "meta.next", "paging.next")
_MORE: tuple[str, ...] = (
    "has_more",
    "hasMore",
    "next_cursor",
    "nextCursor",
    "next_page",
    "nextPage",
)
_MORE += ("nextPageToken", "next_page_token", "meta.next_cursor", "pagination.has_more")
_TOTALS = ("total", "total_count", "totalCount", "meta.total", "pagination.total")
_PAGE_SIZES = {5, 10, 12, 15, 20, 24, 25, 30, 40, 48, 50, 60, 75, 100, 200, 250, 500, 1000}


class Listing:
    """Reads a list page by page; `whole` says afterwards whether its end was seen."""

    def __init__(self, http: Http, path: str, items: str) -> None:
        self._http = http
        self._path = path
        self._items = items
        self.seen = 0
        self.whole = False

    def entries(self) -> Iterator[Any]:
        """Yield what the list holds; raises AssertionError where it is no list."""
        place: str | None = self._path
        for _ in range(MOST_PAGES):
            reply = self._http.get(place or "")
            accepted(reply, Expectation(status=(200,)))
            document = reply.json()
            found = found_at(self._items, document)
            if not isinstance(found, list):
                raise Against(f"{reply}; no list at {self._items!r}, {names_in(document)}")
            self.seen += len(found)
            yield from found
            place = _next(reply, document)
            if place is None:
                self.whole = self._is_whole(document)
                return

    def _is_whole(self, document: Any) -> bool:
        """Where no next page is named: a total says so, else only a page that is not full."""
        if any(found_at(path, document) for path in (*_NEXT, *_MORE)):
            return False
        totals = [found_at(path, document) for path in (*_TOTALS, "count")]
        known = [each for each in totals if isinstance(each, int) and not isinstance(each, bool)]
        if known and self.seen < max(known):
            return False
        sure = any(each is not None for each in totals[:-1])  # a count may be that of this page
        return sure or self.seen not in _PAGE_SIZES


def _next(reply: Reply, document: Any) -> str | None:
    link = _LINK.search(reply.headers.get("link", ""))
    if link is not None:
        return reply.onward(link[1])
    for path in _NEXT if isinstance(document, dict) else ():
        place = found_at(path, document)
        if isinstance(place, str) and place:
            return reply.onward(place) if "/" in place or "?" in place else None
    return None
