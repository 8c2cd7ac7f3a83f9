"""A valid API key is accepted; none, a wrong one and a test key on a live target are refused."""

from gonogo.core.journey import KeyWay
from gonogo.journeys.auth import Steps, altered
from gonogo.journeys.client import Http, Reply
from gonogo.journeys.judging import accepted, no_page, refused


class ApiKey:
    """One walk with an API key, and without."""

    def __init__(self, way: KeyWay, http: Http) -> None:
        self._way = way
        self._http = http

    def steps(self) -> Steps:
        """Return what to do, in order."""
        test = [("refuse a test key here", self._test)] if self._way.test_key is not None else []
        return [
            ("use the key", self._valid),
            ("refuse no key", self._missing),
            ("refuse a wrong key", self._wrong),
            *test,
        ]

    def _valid(self) -> None:
        reply = self._asked(self._way.key)
        accepted(reply, self._way.expect)
        no_page(reply, self._way.expect)

    def _missing(self) -> None:
        refused(self._asked(None), self._way.refused)

    def _wrong(self) -> None:
        refused(self._asked(altered(self._way.key)), self._way.refused)

    def _test(self) -> None:
        refused(self._asked(self._way.test_key), self._way.refused)

    def _asked(self, key: str | None) -> Reply:
        way = self._way
        headers: dict[str, str] = {}
        params: dict[str, str] = {}
        if key is not None:
            self._http.hide(key)
            if way.query:
                params[way.query] = key
            else:
                headers[way.header] = way.prefix + key
        return self._http.request(way.method, way.path, headers=headers, params=params, redirects=0)
