"""Log in, use what was given, and see it refused where it must be."""

import re
import time
from collections.abc import Callable
from typing import Any

from gonogo.core.journey import AuthWay
from gonogo.journeys.client import Http, Reply
from gonogo.journeys.evidence import Against
from gonogo.journeys.judging import (
    accepted,
    found_at,
    names_in,
    no_page,
    not_throttled,
    refused,
    settled,
)

Steps = list[tuple[str, Callable[[], None]]]


class Auth:
    """One walk through the door and out again."""

    def __init__(
        self, way: AuthWay, http: Http, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._way = way
        self._http = http
        self._sleep = sleep
        self._token = ""

    def steps(self) -> Steps:
        """Return what to do, in order."""
        way = self._way
        return [
            ("refuse a stranger", self._stranger),
            *([("refuse a wrong password", self._wrong_password)] if way.wrong_password else []),
            ("log in", self._log_in),
            ("use the token", self._use),
            ("refuse an altered token", self._altered),
            *(
                [("log out", self._log_out), ("refuse it afterwards", self._after)]
                * bool(way.logout)
            ),
        ]

    def _stranger(self) -> None:
        refused(self._protected({}), self._way.refused)

    def _wrong_password(self) -> None:
        way = self._way
        wrong = altered(way.fields[way.password_field])
        self._http.hide(wrong)
        reply = self._sent({**way.fields, way.password_field: wrong})
        refused(reply, way.refused)

    def _log_in(self) -> None:
        self._token = log_in(self._way, self._http)

    def _use(self) -> None:
        settled(self._used, self._way.settle, self._sleep)

    def _used(self) -> None:
        reply = self._protected(shown(self._way, self._token))
        accepted(reply, self._way.expect)
        if not self._way.cookie:
            no_page(reply, self._way.expect)

    def _altered(self) -> None:
        for forged in forgeries(self._token):
            self._http.hide(forged)
            refused(self._protected(shown(self._way, forged)), self._way.refused)

    def _log_out(self) -> None:
        way = self._way
        headers = shown(way, self._token)
        reply = self._http.request(
            way.logout_method, way.logout or "", headers=headers, redirects=0
        )
        not_throttled(reply)
        if not 200 <= reply.status < 400:
            raise Against(f"{reply}; expected a status below 400")

    def _after(self) -> None:
        headers = shown(self._way, self._token)

        def look() -> None:
            refused(self._protected(headers), self._way.refused)

        settled(look, self._way.settle, self._sleep)

    def _protected(self, headers: dict[str, str]) -> Reply:
        way = self._way
        return self._http.request(way.method, way.protected, headers=headers, redirects=0)

    def _sent(self, fields: dict[str, str]) -> Reply:
        return _posted(self._way, self._http, fields)


def log_in(way: AuthWay, http: Http) -> str:
    """Return the token of a login, which no output will hold; raises where there is none."""
    reply = _posted(way, http, dict(way.fields))
    not_throttled(reply)
    if not 200 <= reply.status < (400 if way.cookie else 300):
        raise Against(f"{reply}; expected a login")
    token = _cookie(way.cookie, reply) if way.cookie else _field(way.token, reply)
    http.hide(token)
    return token


def shown(way: AuthWay, token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    if way.cookie:
        return {"Cookie": f"{way.cookie}={token}"}
    return {"Authorization": f"Bearer {token}"}


def _posted(way: AuthWay, http: Http, fields: dict[str, str]) -> Reply:
    sent: dict[str, Any] = {"json": fields} if way.form == "json" else {"data": fields}
    reveals = None if way.cookie else way.token
    return http.post(way.login, redirects=0, reveals=reveals, **sent)


def _field(path: str, reply: Reply) -> str:
    document = reply.json()
    token = found_at(path, document)
    if not isinstance(token, str) or not token:
        raise Against(f"{reply}; no token at {path!r}, {names_in(document)}")
    return token


def _cookie(name: str, reply: Reply) -> str:
    pattern = rf"(?:^|,\s*){re.escape(name)}=\"?([^;,\"]+)"
    match = re.search(pattern, reply.headers.get("set-cookie", ""))
    if match is None:
        raise Against(f"{reply}; no cookie {name!r} was set")
    return match[1]


def forgeries(token: str) -> list[str]:
    """Return tokens that nobody signed: one character changed, and for a JWT no signature."""
    parts = token.split(".")
    if len(parts) == 3 and all(parts):
        head, body, signature = parts
        return [f"{head}.{body}.{altered(signature)}", f"{head}.{body}."]
    return [altered(token)]


def altered(text: str) -> str:
    """Change one character in the middle to another of its kind.

    The last one will not do: in base64 some of its bits are not used.
    """
    place = len(text) // 2
    old = text[place : place + 1]
    kinds = ("0123456789", "abcdefghij", "ABCDEFGHIJ")
    kind = next((each for each in kinds if _of_kind(old, each)), "xy")
    new = next(each for each in kind if each != old)
    return text[:place] + new + text[place + 1 :]


def _of_kind(character: str, kind: str) -> bool:
    if kind[0].isdigit():
        return character.isdigit()
    return character.isalpha() and character.isascii() and character.isupper() == kind.isupper()
