"""Render's REST API on loopback.

Its rules: a bearer key, 401 without; lists come as an array whose entries carry a cursor each, a
page holds 20 entries unless `limit` says otherwise, at most 100; an unknown service is a 404; too
many requests are a 429 with `Ratelimit-Reset` in seconds; errors come as id and message.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TOKEN = "rnd_" + "Zx81Qw72" * 4
SERVICE = "srv-production"


@dataclass
class Render:
    """Answers below `/render`: `values` by service, `groups` by name with the services linked."""

    server: HTTPServer
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, tuple[dict[str, str], list[str]]] = field(default_factory=dict)
    instead: list[Response] = field(default_factory=list)
    metrics: dict[str, list[tuple[dict[str, str], str, float]]] = field(
        default_factory=dict
    )  # by name: labels, unit, value
    lag: float = 0.0  # seconds that the newest point is old
    deploys: list[dict[str, Any]] = field(default_factory=list)  # the newest first
    becomes: str = "live"  # the state of what a rollback makes
    on_rollback: Callable[[str], object] = field(default=lambda _name: None)
    forbidden: set[str] = field(default_factory=set)  # first parts of paths
    owners: list[dict[str, str]] = field(
        default_factory=lambda: [{"id": "tea-1", "name": "acme", "type": "team"}]
    )

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/render/v1/.*")).respond_with_handler(self._answer)
        self.url = self.server.url_for("/render")

    def environ(self) -> dict[str, str]:
        """What a runner has in its environment."""
        return {"RENDER_API_KEY": TOKEN, "RENDER_SERVICE_ID": SERVICE}

    def _answer(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, "Unauthorized")
        if self.instead:
            return self.instead.pop(0)
        parts = request.path.removeprefix("/render/v1/").split("/")
        if parts[0] in self.forbidden:
            return _error(403, "forbidden")
        if parts[0] == "metrics":
            return self._measured(parts[-1], request)
        return self._held(request, parts)

    def _held(self, request: Request, parts: list[str]) -> Response:
        match (request.method, *parts):
            case ("GET", "owners"):
                return _page(request, [{"owner": each} for each in self.owners])
            case ("GET", "services", service, "env-vars") if service in self.values:
                found = self.values[service].items()
                return _page(request, [{"envVar": _pair(name, text)} for name, text in found])
            case (_, "services", service, *rest) if service == SERVICE:
                return self._deploys(request, rest)
            case ("GET", "env-groups"):
                return _page(request, [{"envGroup": self._group(name)} for name in self.groups])
            case ("GET", "env-groups", name) if name in self.groups:
                found = self.groups[name][0].items()
                pairs = [_pair(key, text) for key, text in found]
                return _json({**self._group(name), "envVars": pairs})
            case _:
                return _error(404, "not found")

    def deployed(self, name: str, status: str, commit: str | None, minutes: float) -> None:
        """Add a deploy, made so many minutes ago."""
        moment = datetime.fromtimestamp(time.time() - 60 * minutes, UTC).isoformat()
        made = {"id": commit, "message": "m", "createdAt": moment} if commit else None
        self.deploys.append({"id": name, "status": status, "createdAt": moment, "commit": made})
        self.deploys.sort(key=lambda each: each["createdAt"], reverse=True)

    def _deploys(self, request: Request, parts: list[str]) -> Response:
        match (request.method, *parts):
            case ("GET", "deploys"):
                return _page(request, [{"deploy": each} for each in self.deploys])
            case ("GET", "deploys", name):
                found = [each for each in self.deploys if each["id"] == name]
                return _json(found[0]) if found else _error(404, "not found")
            case ("POST", "rollback"):
                return self._rolled_back(json.loads(request.data).get("deployId"))
            case _:
                return _error(404, "not found")

    def _rolled_back(self, name: str) -> Response:
        old = next((each for each in self.deploys if each["id"] == name), None)
        if old is None:
            return _error(404, "not found: deploy")
        if old["status"] != "deactivated":
            return _error(400, "invalid deploy: it was not successful")
        if self.becomes == "live":
            for each in self.deploys:
                if each["status"] == "live":
                    each["status"] = "deactivated"
        self.deployed(f"{name}-again", self.becomes, old["commit"] and old["commit"]["id"], 0)
        self.on_rollback(name)
        return _json(self.deploys[0], 201)

    def _measured(self, name: str, request: Request) -> Response:
        """Series are empty where the resource is another's or the time is turned round."""
        if not request.args.get("resource"):
            return _error(400, "resource is required")
        step = int(request.args.get("resolutionSeconds", 60))
        try:
            first, last = (_moment(request.args[key]) for key in ("startTime", "endTime"))
        except ValueError:
            return _error(400, "invalid time")
        if step < 30 or last < first:
            return _error(400, "invalid resolution or range")
        if request.args["resource"] != SERVICE:
            return _json([])
        times = range(int(last - self.lag), int(first), -step)
        known = self.metrics.get(name, [])
        return _json([_series(labels, unit, value, times) for labels, unit, value in known])

    def _group(self, name: str) -> dict[str, Any]:
        links = [{"id": each, "name": each, "type": "web_service"} for each in self.groups[name][1]]
        return {"id": name, "name": name, "ownerId": "tea-1", "serviceLinks": links}


def _pair(name: str, text: str) -> dict[str, str]:
    return {"key": name, "value": text}


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _series(labels: dict[str, str], unit: str, value: float, times: range) -> dict[str, Any]:
    points = [
        {"timestamp": datetime.fromtimestamp(ts, UTC).isoformat(), "value": value} for ts in times
    ]
    named = [{"field": key, "value": text} for key, text in labels.items()]
    return {"labels": named, "unit": unit, "values": points}


def _page(request: Request, entries: list[dict[str, Any]]) -> Response:
    limit = int(request.args.get("limit", 20))
    if not 1 <= limit <= 100:
        return _error(400, "invalid limit")
    start = int(request.args.get("cursor", 0))
    numbered = [{**entry, "cursor": str(n)} for n, entry in enumerate(entries, 1)]
    return _json(numbered[start : start + limit])


def _error(code: int, message: str) -> Response:
    return _json({"id": "x", "message": message}, code)


def _json(document: Any, code: int = 200) -> Response:
    headers = {"Ratelimit-Limit": "400", "Ratelimit-Remaining": "399", "Ratelimit-Reset": "1"}
    return Response(json.dumps(document), code, headers, mimetype="application/json")
