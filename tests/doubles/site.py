"""A front end with hashed assets and an API beside it, on loopback."""

from collections.abc import Callable

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.doubles.shop import AnyPath, Fault

ORIGIN = "https://shop.example"
INDEX = """<!doctype html><html><head><title>shop</title>
<link rel="icon" href="/none.ico"><link rel="stylesheet" href="/assets/app.5d41.css">
<link rel="modulepreload" href="/assets/vendor.9a3b.js">
<script src="https://elsewhere.example/count.js"></script>
<script type="module" src="/assets/app.7c1e.js"></script></head><body></body></html>"""
GUARDS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def page(text: str = INDEX, status: int = 200, **headers: str) -> Response:
    return Response(text, status, {**GUARDS, **headers}, content_type="text/html; charset=utf-8")


def script(text: str = "export {}", kind: str = "text/javascript") -> Response:
    return Response(text, 200, content_type=kind)


class Site:
    """Serves as a good host does; `fault` sees each request first."""

    def __init__(self, server: HTTPServer) -> None:
        self.fault: Fault = lambda _request: None
        self.allowed: Callable[[str], dict[str, str]] = only(ORIGIN)
        self.url = server.url_for("").rstrip("/")
        server.expect_request(AnyPath()).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        return self.fault(request) or self.served(request)

    def served(self, request: Request) -> Response:
        """Answer as the host does when it is well."""
        path = request.path
        if path == "/api":
            answer = Response("{}", 204 if request.method == "OPTIONS" else 200)
            answer.headers.update(self.allowed(request.headers.get("Origin", "")))
            return answer
        if path.startswith("/assets/"):
            known = path.split("/")[-1].split(".")[0] in {"app", "vendor"}
            kind = "text/css" if path.endswith(".css") else "text/javascript"
            return script("body {}", kind) if known else Response("", 404)
        return page()


def only(origin: str) -> Callable[[str], dict[str, str]]:
    """Allow one origin, with credentials."""

    def allowed(asking: str) -> dict[str, str]:
        return allow(asking) if asking == origin else {}

    return allowed


def allow(origin: str, credentials: str = "true") -> dict[str, str]:
    named = {"Access-Control-Allow-Origin": origin}
    return {**named, "Access-Control-Allow-Credentials": credentials} if credentials else named
