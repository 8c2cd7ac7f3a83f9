"""GitHub's REST API: check runs, statuses, issues, a repository and its workflows."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

REPOSITORY = "acme/shop"
COMMIT = "abc1234"
TOKEN = "ghx_" + "0a1b2c3d4e5f" * 2
_IDS = itertools.count(1001)
_MOST = 100  # entries a page, whatever is asked for


def run_of(
    name: str, conclusion: str | None = "success", *, app: str = "github-actions", suite: int = 1
) -> dict[str, Any]:
    """Return a check run; without a conclusion it still runs. Later ones of a suite replace it."""
    status = "completed" if conclusion else "in_progress"
    about = {"app": {"slug": app}, "check_suite": {"id": suite}}
    return {"id": next(_IDS), "name": name, "status": status, "conclusion": conclusion, **about}


class GitHub:
    """One repository and one commit; `later` replaces the runs after two rounds.

    `code` and `headers` are what it answers instead, `times` times or for ever.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.runs: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.labels = {"alert"}
        self.workflows: dict[str, str] = {"deploy.yml": "active"}
        self.about: dict[str, Any] = {"full_name": REPOSITORY, "archived": False, "disabled": False}
        self.scopes: str | None = None
        self.later: list[dict[str, Any]] | None = None
        self.code = 200
        self.body: str | None = None
        self.headers: Mapping[str, str] = {}
        self.times = -1
        self.everything = False  # older runs of a suite as well
        self.total: int | None = None  # what it counts, where that is not what it gives
        self.rounds = 0
        base = f"/repos/{REPOSITORY}"
        server.no_handler_status_code = 404
        answers = {
            base: self._repository,
            f"{base}/commits/{COMMIT}/check-runs": self._runs,
            f"{base}/commits/{COMMIT}/status": self._statuses,
            f"{base}/issues": self._issues,
            f"{base}/labels/alert": self._label,
        }
        for path, answer in answers.items():
            server.expect_request(path).respond_with_handler(self._guarded(answer))
        for name in ("deploy.yml", "missing.yml"):
            path = f"{base}/actions/workflows/{name}"
            server.expect_request(path).respond_with_handler(self._guarded(self._workflow))
        self.url = server.url_for("").rstrip("/")

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables of a run that asks here."""
        return {"GITHUB_API_URL": self.url, "GITHUB_TOKEN": TOKEN, "GITHUB_SHA": COMMIT}

    def _guarded(self, answer: Any) -> Any:
        def handler(request: Request) -> Response:
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return _said(401, "Bad credentials")
            if (self.code != 200 or self.body is not None) and self.times != 0:
                self.times -= 1
                body = self.body or json.dumps({"message": "not now"})
                return Response(body, self.code, dict(self.headers))
            found: Response = answer(request)
            if self.scopes is not None:
                found.headers["X-OAuth-Scopes"] = self.scopes
            return found

        return handler

    def _runs(self, request: Request) -> Response:
        if request.args["page"] == "1":
            self.rounds += 1
        if self.later is not None and self.rounds > 2:
            self.runs = self.later
        runs = self.runs
        if request.args.get("filter", "latest") == "latest" and not self.everything:
            latest = {(run["check_suite"]["id"], run["name"]): run for run in runs}
            runs = list(latest.values())
        return _page(request, runs, "check_runs", self.total)

    def _statuses(self, request: Request) -> Response:
        return _page(request, self.statuses, "statuses")

    def _issues(self, request: Request) -> Response:
        wanted, state = request.args.get("labels"), request.args.get("state", "open")
        found = [
            issue
            for issue in self.issues
            if wanted in issue["labels"] and issue.get("state", "open") == state
        ]
        return _page(request, found)

    def _label(self, request: Request) -> Response:
        name = request.path.rsplit("/", 1)[1]
        found = name in self.labels
        return Response(json.dumps({"name": name})) if found else _said(404, "Not Found")

    def _repository(self, _request: Request) -> Response:
        return Response(json.dumps(self.about))

    def _workflow(self, request: Request) -> Response:
        state = self.workflows.get(request.path.rsplit("/", 1)[1])
        return _said(404, "Not Found") if state is None else Response(json.dumps({"state": state}))


def _said(code: int, message: str) -> Response:
    return Response(json.dumps({"message": message, "status": str(code)}), code)


def _page(
    request: Request,
    entries: list[dict[str, Any]],
    key: str | None = None,
    total: int | None = None,
) -> Response:
    size = min(int(request.args.get("per_page", 30)), _MOST)
    page = int(request.args.get("page", 1))
    shown: Any = entries[(page - 1) * size : page * size]
    more = page * size < len(entries)
    count = len(entries) if total is None else total
    document = shown if key is None else {"total_count": count, key: shown}
    headers = {"Link": f'<{request.base_url}?page={page + 1}>; rel="next"'} if more else {}
    return Response(json.dumps(document), headers=headers)
