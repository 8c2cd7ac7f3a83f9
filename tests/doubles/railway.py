"""Railway's GraphQL API: errors come with status 200, tokens have a kind each."""

import json
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

PROJECT_TOKEN = "5f1c8a72-" + "0e4d-4b6a-9c31-77aa01b2c3d4"
ACCOUNT_TOKEN = "a81d55e0-" + "3c2b-47f9-8e10-19bb42c5d6e7"
WORKSPACE_TOKEN = "c3f7e9b4-" + "6d1a-42c8-b5f0-28cc53d7e8f9"


class Railway:
    """Answers questions about a token below `/railway`; `errors` is what it says instead."""

    def __init__(self, server: HTTPServer) -> None:
        self.errors: list[dict[str, Any]] | None = None
        self.url = server.url_for("/railway")
        server.expect_request("/railway/graphql/v2", method="POST").respond_with_handler(self._ask)

    def _ask(self, request: Request) -> Response:
        if self.errors is not None:
            return Response(json.dumps({"errors": self.errors, "data": None}))
        query = json.loads(request.data)["query"]
        known = {
            "projectToken": {"projectId": "p1"},
            "me": {"id": "u1"},
            "apiToken": {"workspaces": [{"id": "w1"}]},
        }
        allowed = _fields(request)
        field = next((name for name in known if f"{{ {name} {{" in query), "")
        if field not in allowed:
            refusal = {"message": "Not Authorized", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
            return Response(json.dumps({"errors": [refusal], "data": None}))
        return Response(json.dumps({"data": {field: known[field]}}))


def _fields(request: Request) -> set[str]:
    if request.headers.get("Project-Access-Token") == PROJECT_TOKEN:
        return {"projectToken"}
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return {ACCOUNT_TOKEN: {"me", "apiToken"}, WORKSPACE_TOKEN: {"apiToken"}}.get(bearer, set())
