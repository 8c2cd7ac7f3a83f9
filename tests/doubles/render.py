"""Render's API v1: the workspaces that a key belongs to."""

import json

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TOKEN = "rnd_" + "Zx81Qw72" * 4


class Render:
    """Answers the one key below `/render`."""

    def __init__(self, server: HTTPServer) -> None:
        self.owners: list[dict[str, str]] = [{"id": "tea-1", "name": "acme", "type": "team"}]
        self.url = server.url_for("/render")
        server.expect_request("/render/v1/owners").respond_with_handler(self._owners)

    def _owners(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(json.dumps({"id": "req-1", "message": "Unauthorized"}), 401)
        limit = min(int(request.args.get("limit", 20)), 100)
        listed = [{"owner": owner, "cursor": owner["id"]} for owner in self.owners]
        return Response(json.dumps(listed[:limit]))
