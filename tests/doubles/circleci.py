"""CircleCI's API v2: who a token belongs to, and the projects it may see."""

import json
from collections.abc import Callable

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TOKEN = "CCIPAT_" + "9f8e7d6c5b4a" * 3
PROJECT = "gh/acme/shop"


class CircleCI:
    """Answers the one token below `/circleci`."""

    def __init__(self, server: HTTPServer) -> None:
        self.token = TOKEN
        server.no_handler_status_code = 404
        self.url = server.url_for("/circleci")
        me = {"id": "7d2f", "login": "deployer", "name": "Deployer"}
        project = {"id": "51aa", "slug": PROJECT, "name": "shop"}
        for path, document in (("me", me), (f"project/{PROJECT}", project)):
            handler = self._answer(json.dumps(document))
            server.expect_request(f"/circleci/api/v2/{path}").respond_with_handler(handler)

    def _answer(self, body: str) -> Callable[[Request], Response]:
        def handler(request: Request) -> Response:
            if request.headers.get("Circle-Token") != self.token:
                return Response(json.dumps({"message": "You must log in first."}), 401)
            return Response(body)

        return handler
