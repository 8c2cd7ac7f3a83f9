"""Create, read back, update, list and delete one thing; nothing of it stays behind."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.journey import MARK, WriteWay
from gonogo.core.subject import Expectation
from gonogo.journeys.auth import Steps, log_in, shown
from gonogo.journeys.client import Http, Reply
from gonogo.journeys.evidence import Against
from gonogo.journeys.judging import (
    Found,
    accepted,
    found_at,
    names_in,
    not_throttled,
    settled,
    written,
)
from gonogo.journeys.listing import Listing
from gonogo.journeys.steps import Journey, time_of

_MADE = r"(gonogo-\d{8}t\d{6}-[0-9a-f]{6})"
MOST_SWEPT = 50
PATIENCE_S = 5.0  # of a clean-up, for each request


class ReadWrite:
    """One walk of a thing from its creation to its end."""

    def __init__(
        self,
        way: WriteWay,
        http: Http,
        journey: Journey,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._way = way
        self._http = http.having(**dict(way.headers))
        self._journey = journey
        self._sleep = sleep
        self._now = now
        self._place = ""
        self._removed = False

    def steps(self) -> Steps:
        """Return what to do, in order."""
        way = self._way
        return [
            *([("log in", self._log_in)] if way.login else []),
            *([("sweep leftovers", self._sweep)] if way.sweep is not None else []),
            ("create", self._create),
            ("read it back", lambda: self._read(way.create)),
            *([("update", self._update)] if way.update is not None else []),
            *([("find it in the list", self._listed)] if way.list else []),
            ("delete", self._delete),
            ("see that it is gone", self._gone),
        ]

    def _log_in(self) -> None:
        login = self._way.login
        if login is None:
            return
        headers = shown(login, log_in(login, self._http))
        self._http = self._http.having(**headers)
        if login.logout:
            send = self._http.request
            self._journey.cleanup(send, login.logout_method, login.logout, timeout=PATIENCE_S)

    def _create(self) -> None:
        way = self._way
        self._journey.cleanup(self._remove)
        reply = self._http.post(way.path, json=self._filled(way.create))
        written(reply)
        self._place = self._place_of(reply)

    def _place_of(self, reply: Reply) -> str:
        """Return where the new thing is: by its id, the Location header, or the list."""
        document = reply.json() if reply.answer.body.strip() else None
        number = found_at(self._way.id, found_at(self._way.item, document))
        if isinstance(number, str | int) and not isinstance(number, bool) and number != "":
            return self._under(number)
        if reply.headers.get("location"):
            return reply.onward(reply.headers["location"])
        what = names_in(document) if document is not None else "the answer has no body"
        return self._until_settled(
            lambda: self._found(f"{reply}; no id at {self._way.id!r}, {what}")
        )

    def _found(self, otherwise: str) -> str:
        place = self._search(whole=False) if self._way.list else None
        if place is None:
            raise Against(otherwise)
        return place

    def _read(self, sent: Mapping[str, Any]) -> None:
        def look() -> None:
            reply = self._http.get(self._place)
            accepted(reply, Expectation(status=(200,)))
            thing = found_at(self._way.item, reply.json())
            wrong = list(self._differences(thing, self._filled(sent)))
            if wrong:
                raise Against(f"{reply}; not what was written: {', '.join(wrong)}")

        self._until_settled(look)

    def _update(self) -> None:
        update = self._way.update or {}
        body = self._filled(update)
        written(self._http.request(self._way.update_method, self._place, json=body))
        self._read(update)

    def _listed(self) -> None:
        try:
            self._until_settled(lambda: self._found("not in the list yet"))
        except Against:
            self._search(whole=True)  # says what is wrong, or that nobody can know

    def _delete(self) -> None:
        written(self._http.delete(self._place))

    def _gone(self) -> None:
        def look() -> None:
            reply = self._http.get(self._place)
            not_throttled(reply)
            if reply.status not in self._way.gone:
                wanted = " or ".join(map(str, self._way.gone))
                still = "still there; " if reply.status == 200 else ""
                raise Against(f"{reply}; {still}expected {wanted}")

        self._until_settled(look)
        self._removed = True

    def _until_settled(self, look: Callable[[], Found]) -> Found:
        return settled(look, self._way.settle, self._sleep)

    def _differences(self, thing: Any, sent: Mapping[str, Any]) -> Any:
        held = thing if isinstance(thing, dict) else {}
        names = self._way.compare if self._way.compare is not None else tuple(sent)
        for name in names:
            if name in sent and held.get(name) != sent[name]:
                yield f"{name} is {'missing' if name not in held else 'another'}"

    def _search(self, *, whole: bool) -> str | None:
        """Find the thing of this mark in the list; `whole`: not to find it is evidence."""
        path = (self._way.list or "").replace(MARK, quote(self._journey.mark))
        listing = Listing(self._http, path, self._way.items)
        for each in listing.entries():
            if self._journey.mark in str(each):
                number = found_at(self._way.id, each)
                return self._under(number) if isinstance(number, str | int) else self._place
            if self._place and self._place == self._under(found_at(self._way.id, each)):
                return self._place
        if not whole:
            return None
        text = f"not among the {listing.seen} entries of {self._way.list}"
        if listing.whole:
            raise Against(text)
        fix = f'fix: list = "{self._way.path}?search={MARK}", or name the newest first'
        raise EvidenceUnavailable(f"{text}, and there may be more pages; {fix}")

    def _remove(self) -> None:
        """Leave nothing behind, also where nobody knows whether the creation succeeded."""
        if self._removed:
            return
        place = self._place or (self._search(whole=False) if self._way.list else None)
        if place is None:
            return
        reply = self._http.delete(place, timeout=PATIENCE_S)
        if not (200 <= reply.status < 300 or reply.status in {404, 410}):
            raise Against(f"{self._journey.mark} stays behind: {reply}")

    def _sweep(self) -> None:
        """Remove what earlier walks left behind; what cannot be removed is nobody's evidence."""
        removed = 0
        try:
            for place in self._leftovers()[:MOST_SWEPT]:
                reply = self._http.delete(place, timeout=PATIENCE_S)
                removed += 200 <= reply.status < 300
        except (AssertionError, EvidenceUnavailable) as error:
            self._journey.notes.append(f"leftovers could not be swept: {error}")
        if removed:
            self._journey.notes.append(f"leftovers of earlier runs removed: {removed}")

    def _leftovers(self) -> list[str]:
        field, pattern = self._marked_field()
        path = (self._way.list or "").replace(MARK, "gonogo-")
        found = []
        for each in Listing(self._http, path, self._way.items).entries():
            match = pattern.fullmatch(str(each.get(field))) if isinstance(each, dict) else None
            made = time_of(match[1]) if match else None
            number = found_at(self._way.id, each)
            age = (self._now() - made).total_seconds() if made else 0.0
            if made and isinstance(number, str | int) and age > (self._way.sweep or 0.0):
                found.append(self._under(number))
        return found

    def _marked_field(self) -> tuple[str, re.Pattern[str]]:
        """Return the field that holds the mark, and what it looks like in anybody's walk."""
        marked = ((k, v) for k, v in self._way.create.items() if isinstance(v, str) and MARK in v)
        field, template = next(marked)
        return field, re.compile(_MADE.join(map(re.escape, template.split(MARK))))

    def _under(self, number: object) -> str:
        path, _, query = self._way.path.partition("?")
        place = f"{path.rstrip('/')}/{quote(str(number), safe='')}"
        return f"{place}?{query}" if query else place

    def _filled(self, template: Any) -> Any:
        return filled(template, self._journey.mark)


def filled(template: Any, mark: str) -> Any:
    """Put the mark into every text of a template."""
    if isinstance(template, str):
        return template.replace(MARK, mark)
    if isinstance(template, Mapping):
        return {key: filled(value, mark) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(value, mark) for value in template]
    return template
