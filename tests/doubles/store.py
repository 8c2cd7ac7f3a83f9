"""An object store over HTTP: objects with a date, which may be asked with HEAD and GET."""

from collections.abc import Mapping
from email.utils import formatdate

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

KEY = "Bearer store-" + "4d3c2b1a" * 3


class Store:
    """One object at `/store/latest.dump`.

    `heads` is what HEAD is answered with: as it should be, or 405, or 403 as a signed URL for GET,
    or 0, a length that is nonsense.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.content = b"PGDMP" * 1000
        self.modified: float | None = None
        self.code = 200
        self.heads = 200
        self.key: str | None = None
        self.more: Mapping[str, str] = {"Content-Type": "application/octet-stream"}
        self.methods: list[str] = []
        self.url = server.url_for("/store/latest.dump")
        server.expect_request("/store/latest.dump").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.methods.append(request.method)
        if self.key is not None and request.headers.get("Authorization") != self.key:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        if request.method == "HEAD" and self.heads not in {0, 200}:
            return Response(status=self.heads)
        if self.code != 200:
            return Response("<Error/>", self.code)
        content = b"" if request.method == "HEAD" and self.heads == 0 else self.content
        answer = Response(content, headers=dict(self.more))
        if self.modified is not None:
            answer.headers["Last-Modified"] = formatdate(self.modified, usegmt=True)
        return answer
