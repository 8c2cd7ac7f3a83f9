"""GitHub's REST API as one writes to it: comments, statuses, deployments, issues, workflows."""

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.doubles.github import REPOSITORY, TOKEN

SHA = "a1b2c3d" + "4" * 33
_STATES = {"error", "failure", "pending", "success"}
_DEPLOYED = _STATES | {"inactive", "in_progress", "queued"}
_URL = re.compile(r"https?://[^\s]+")
Answer = tuple[int, Any]


class Places:
    """One repository that keeps what is written to it, by GitHub's own rules.

    `refuse` maps "METHOD path" (a part of it) to an answer given instead, with its headers.
    `asked` holds every request as (method, path, query, body).
    """

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.labels = {"bug": "ededed"}
        self.issues: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.deployments: list[dict[str, Any]] = []
        self.deployed: list[dict[str, Any]] = []
        self.dispatched: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.pushes = True  # whether the token may push: without, labels are dropped in silence
        self.refuse: dict[str, tuple[int, Any, dict[str, str]]] = {}
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self._ids = itertools.count(101)
        self._numbers = itertools.count(1)
        server.expect_request(re.compile(".*")).respond_with_handler(self._handle)

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables of a job that tells this repository something."""
        return {
            "GITHUB_API_URL": self.url,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": SHA,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "77",
        }

    @property
    def written(self) -> list[str]:
        """Return every request that changed something."""
        return [f"{method} {path}" for method, path, _, _ in self.asked if method != "GET"]

    def _handle(self, request: Request) -> Response:
        body = json.loads(request.data) if request.data else None
        self.asked.append((request.method, request.path, dict(request.args), body))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _said(401, {"message": "Bad credentials"})
        for part, (code, instead, headers) in self.refuse.items():
            if part in f"{request.method} {request.path}":
                return _said(code, instead, headers)
        path = request.path.removeprefix(f"/repos/{REPOSITORY}")
        if path == request.path:
            return _said(404, {"message": "Not Found"})
        for method, pattern, answer in self._routes():
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                found: Answer = answer(request, body, *match.groups())
                return _paged(request, *found)
        return _said(404, {"message": "Not Found"})

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            ("GET", r"/issues", self._list_issues),
            ("POST", r"/issues", self._open),
            ("PATCH", r"/issues/(\d+)", self._change),
            ("GET", r"/issues/(\d+)/comments", self._list_comments),
            ("POST", r"/issues/(\d+)/comments", self._comment),
            ("PATCH", r"/issues/comments/(\d+)", self._edit),
            ("GET", r"/labels", lambda *_: (200, [{"name": name} for name in self.labels])),
            ("POST", r"/labels", self._label),
            ("GET", r"/commits/(\w+)/status", self._combined),
            ("POST", r"/statuses/(\w+)", self._status),
            ("GET", r"/commits/(\w+)/pulls", lambda *_: (200, self.pulls)),
            ("GET", r"/commits/(\w+)", self._commit),
            ("GET", r"/deployments", self._list_deployments),
            ("POST", r"/deployments", self._deploy),
            ("GET", r"/deployments/(\d+)/statuses", self._list_deployed),
            ("POST", r"/deployments/(\d+)/statuses", self._deployed),
            ("POST", r"/actions/workflows/([\w.]+)/dispatches", self._dispatch),
        ]

    def _list_issues(self, request: Request, _body: Any) -> Answer:
        wanted, state = request.args.get("labels"), request.args.get("state", "open")
        return 200, [
            each
            for each in self.issues
            if (wanted is None or wanted in _names(each)) and state in {each["state"], "all"}
        ]

    def _open(self, _request: Request, body: Any) -> Answer:
        if not str(body.get("title") or "").strip():
            return _invalid("Issue", "title", "missing_field")
        issue = {"number": next(self._numbers), "state": "open", "state_reason": None}
        self.issues.append({**issue, "title": body["title"], "body": body.get("body")})
        self._set_labels(self.issues[-1], body.get("labels", []))
        return 201, self.issues[-1]

    def _set_labels(self, issue: dict[str, Any], names: list[str]) -> None:
        for name in names if self.pushes else []:
            self.labels.setdefault(name, "ededed")
        issue["labels"] = [{"name": name} for name in names] if self.pushes else []

    def _change(self, _request: Request, body: Any, number: str) -> Answer:
        issue = next((each for each in self.issues if each["number"] == int(number)), None)
        if issue is None:
            return 404, {"message": "Not Found"}
        if body.get("state", "open") not in {"open", "closed"}:
            return _invalid("Issue", "state", "invalid")
        issue |= {
            key: body[key] for key in ("title", "body", "state", "state_reason") if key in body
        }
        if "labels" in body:
            self._set_labels(issue, body["labels"])
        return 200, issue

    def _list_comments(self, _request: Request, _body: Any, number: str) -> Answer:
        return 200, [each for each in self.comments if each["issue"] == int(number)]

    def _comment(self, _request: Request, body: Any, number: str) -> Answer:
        if not str(body.get("body") or "").strip() or len(body["body"]) > 65536:
            return _invalid("IssueComment", "body", "missing_field")
        self.comments.append({"id": next(self._ids), "issue": int(number), "body": body["body"]})
        return 201, self.comments[-1]

    def _edit(self, _request: Request, body: Any, number: str) -> Answer:
        found = next((each for each in self.comments if each["id"] == int(number)), None)
        if found is None:
            return 404, {"message": "Not Found"}
        found["body"] = body["body"]
        return 200, found

    def _label(self, _request: Request, body: Any) -> Answer:
        if body["name"].lower() in self.labels:
            return _invalid("Label", "name", "already_exists")
        if not re.fullmatch("[0-9a-f]{6}", body["color"]) or len(body["description"]) > 100:
            return _invalid("Label", "color", "invalid")
        self.labels[body["name"]] = body["color"]
        return 201, {"name": body["name"]}

    def _combined(self, _request: Request, _body: Any, sha: str) -> Answer:
        latest = {each["context"]: each for each in self.statuses if each["sha"] == sha}
        return 200, {"total_count": len(latest), "statuses": list(latest.values())}

    def _status(self, _request: Request, body: Any, sha: str) -> Answer:
        if len(sha) != 40:
            return 422, {"message": f"No commit found for SHA: {sha}"}
        if body["state"] not in _STATES or len(body.get("description", "")) > 140:
            return _invalid("Status", "description", "invalid")
        if not _URL.fullmatch(body.get("target_url", "http://none")):
            return _invalid("Status", "target_url", "custom")
        self.statuses.append({**body, "sha": sha})
        return 201, body

    def _commit(self, _request: Request, _body: Any, sha: str) -> Answer:
        found = SHA.startswith(sha)
        return (200, {"sha": SHA}) if found else (422, {"message": f"No commit found for {sha}"})

    def _list_deployments(self, request: Request, _body: Any) -> Answer:
        sha, environment = request.args.get("sha"), request.args.get("environment")
        found = [d for d in self.deployments if (d["sha"], d["environment"]) == (sha, environment)]
        return 200, found[::-1]

    def _deploy(self, _request: Request, body: Any) -> Answer:
        if body.get("required_contexts") != []:
            return 409, {"message": "Conflict: Commit status checks failed for main."}
        if body.get("auto_merge", True):
            return 202, {"message": "Auto-merged main into the ref on deployment."}
        self.deployments.append({**body, "id": next(self._ids), "sha": body["ref"]})
        return 201, self.deployments[-1]

    def _list_deployed(self, _request: Request, _body: Any, number: str) -> Answer:
        return 200, [each for each in self.deployed if each["deployment"] == int(number)][::-1]

    def _deployed(self, _request: Request, body: Any, number: str) -> Answer:
        if body["state"] not in _DEPLOYED or len(body.get("description", "")) > 140:
            return _invalid("DeploymentStatus", "state", "invalid")
        if not all(_URL.fullmatch(body.get(n, "http://x")) for n in ("log_url", "environment_url")):
            return _invalid("DeploymentStatus", "log_url", "custom")
        self.deployed.append({**body, "deployment": int(number)})
        return 201, body

    def _dispatch(self, _request: Request, body: Any, workflow: str) -> Answer:
        if workflow != "monitor.yml":
            return 404, {"message": "Not Found"}
        if body["ref"] != "main":
            return 422, {"message": f"No ref found for: {body['ref']}"}
        if unexpected := set(body.get("inputs", {})) - {"targets"}:
            return 422, {"message": f"Unexpected inputs provided: {sorted(unexpected)}"}
        self.dispatched.append(body)
        return 204, None


def _names(issue: dict[str, Any]) -> list[str]:
    return [each["name"] for each in issue["labels"]]


def _invalid(resource: str, field: str, code: str) -> Answer:
    error = {"resource": resource, "field": field, "code": code}
    return 422, {"message": "Validation Failed", "errors": [error]}


def _said(code: int, body: Any, headers: dict[str, str] | None = None) -> Response:
    text = "" if body is None else json.dumps(body)
    return Response(text, code, headers, content_type="application/json")


def _paged(request: Request, code: int, body: Any) -> Response:
    size, page = min(int(request.args.get("per_page", 30)), 100), int(request.args.get("page", 1))
    part = slice((page - 1) * size, page * size)
    if isinstance(body, list):
        body = body[part]
    elif isinstance(body, dict) and "statuses" in body:
        body = {**body, "statuses": body["statuses"][part]}
    return _said(code, body)
