"""A status page with Statuspage's API: the page as a whole, and its components."""

import json
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


class StatusPage:
    """One page below `/NAME`; `body` and `code` are what it answers instead."""

    def __init__(self, server: HTTPServer, name: str = "page", **components: str) -> None:
        self.indicator = "none"
        self.components = dict(components)
        self.regions: list[dict[str, str]] = []  # further components, with names that repeat
        self.code = 200
        self.body: str | None = None
        self.url = server.url_for(f"/{name}")
        about = {"id": "kctbh9vrtdwd", "name": name, "url": self.url}

        def answer(document: Any) -> Response:
            body = json.dumps({"page": about, **document}) if self.body is None else self.body
            return Response(body, self.code)

        def status(_request: Request) -> Response:
            said = {"indicator": self.indicator, "description": f"it is {self.indicator}"}
            return answer({"status": said})

        def components_(_request: Request) -> Response:
            listed = [{"name": key, "status": state} for key, state in self.components.items()]
            return answer({"components": listed + self.regions})

        server.expect_request(f"/{name}/api/v2/status.json").respond_with_handler(status)
        server.expect_request(f"/{name}/api/v2/components.json").respond_with_handler(components_)
