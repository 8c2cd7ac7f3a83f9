"""A shop with logins, API keys and orders, on loopback, and the ways in which it may be broken."""

import json
from collections.abc import Callable
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

USER, PASSWORD = "tester", "heron-lamp-orbit-47-quartz"
KEY, TEST_KEY = "live_5f1c0b7e9a3d", "test_90ab12cd34ef"
HEADER = "eyJhbGciOiJIUzI1NiJ9"
PAGE = "<!doctype html><html><body>please log in</body></html>"

Answer = Response | None
Fault = Callable[[Request], Answer]


def reply(document: Any = None, status: int = 200, **headers: str) -> Response:
    body = "" if document is None else json.dumps(document)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, named, content_type="application/json")


class Shop:
    """Keeps tokens and orders; `fault` sees each request first, and may answer in its place."""

    def __init__(self, server: HTTPServer) -> None:
        self.tokens: set[str] = set()
        self.orders: dict[int, dict[str, Any]] = {}
        self.seen: list[str] = []
        self.fault: Fault = lambda _request: None
        self.page_size = 1000
        self.url = server.url_for("").rstrip("/")
        self._made = 0
        server.expect_request(AnyPath()).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.seen.append(f"{request.method} {request.path}")
        return self.fault(request) or self.served(request)

    def served(self, request: Request) -> Response:
        """Answer as the shop does when it is well."""
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["login"]:
                return self._login(request)
            case "POST", ["logout"]:
                self.tokens.discard(_token(request))
                return reply(status=204)
            case "GET", ["me"]:
                good = _token(request) in self.tokens
                return reply({"user": USER}) if good else reply({}, 401)
            case "GET", ["key"]:
                given = request.headers.get("X-API-Key") or request.args.get("key")
                return reply({"plan": "pro"}) if given == KEY else reply({}, 403)
            case method, ["orders", *rest]:
                return self._orders(method, rest, request)
        return reply({"status": "healthy"} if request.path == "/health" else {}, 200)

    def _login(self, request: Request) -> Response:
        sent = request.get_json() if request.is_json else request.form
        if (sent.get("username"), sent.get("password")) != (USER, PASSWORD):
            return reply({}, 401)
        self._made += 1
        token = f"{HEADER}.{self._made:0>24}.c2lnbmF0dXJl{self._made}"
        self.tokens.add(token)
        return reply({"access_token": token}, Set_Cookie=f"sid={token}; HttpOnly")

    def _orders(self, method: str, rest: list[str], request: Request) -> Response:
        if not rest:
            return self._made_order(request) if method == "POST" else self._page(request)
        number = int(rest[0])
        if number not in self.orders:
            return reply({}, 404)
        if method == "DELETE":
            del self.orders[number]
            return reply(status=204)
        if method in {"PUT", "PATCH"}:
            self.orders[number] |= request.get_json()
        return reply(self.orders[number])

    def _made_order(self, request: Request) -> Response:
        self._made += 1
        self.orders[self._made] = {"id": self._made, **request.get_json()}
        return reply(self.orders[self._made], 201)

    def _page(self, request: Request) -> Response:
        wanted = request.args.get("search", "")
        found = [each for each in self.orders.values() if wanted in each["name"]]
        start = int(request.args.get("from", "0"))
        end = start + self.page_size
        more = {"Link": f'</orders?from={end}>; rel="next"'} if end < len(found) else {}
        return reply(found[start:end], 200, **more)


def _token(request: Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ") or request.cookies.get(
        "sid", ""
    )


class AnyPath(str):
    """A path that equals every path."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    __hash__ = str.__hash__


def at(method: str, path: str, answer: Callable[[Request], Answer] | Response) -> Fault:
    """Break one route; a path that ends with `*` stands for all below it."""

    def fault(request: Request) -> Answer:
        below = path.endswith("*") and request.path.startswith(path[:-1])
        if request.method != method or not (below or request.path == path):
            return None
        return answer(request) if callable(answer) and not isinstance(answer, Response) else answer

    return fault
