"""GitLab's REST API: pipelines, jobs, trigger jobs and statuses of one project."""

import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from pytest_httpserver import HTTPServer, URIPattern
from werkzeug import Request, Response

PROJECT = "acme/backend/shop"
COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
TOKEN = "glpat-" + "Wq3zT8yK" * 3
JOB_TOKEN = "glcbt-" + "Hn5vB1mC" * 3
_IDS = itertools.count(501)
_MOST = 100  # entries a page, whatever is asked for


def job(name: str, status: str = "success", **more: Any) -> dict[str, Any]:
    """Return a job; `retried=True` is one that another has replaced."""
    return {"id": next(_IDS), "name": name, "status": status, "allow_failure": False, **more}


def pipeline(*jobs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a pipeline of the commit with its jobs; a job with `bridge=True` triggers another."""
    about = {"id": next(_IDS), "sha": COMMIT, "ref": "main", "source": "push", "status": "success"}
    return {**about, "jobs": list(jobs), **more}


class GitLab:
    """One project; `code`, `body` and `headers` are what it answers instead, `times` times.

    `keyset` gives further pages by link alone. `later` replaces the pipelines after two rounds.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.pipelines: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.later: list[dict[str, Any]] | None = None
        self.keyset = False
        self.code = 200
        self.body: str | None = None
        self.headers: Mapping[str, str] = {}
        self.times = -1
        self.rounds = 0
        self.asked: list[str] = []
        self.url = server.url_for("/api/v4")
        server.expect_request(_Below("/api/v4/projects/")).respond_with_handler(self._answer)

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables of a run that asks here."""
        return {"CI_API_V4_URL": self.url, "GITLAB_TOKEN": TOKEN, "CI_COMMIT_SHA": COMMIT}

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.full_path)
        tokens = request.headers.get("PRIVATE-TOKEN"), request.headers.get("JOB-TOKEN")
        if tokens not in {(TOKEN, None), (None, JOB_TOKEN)}:
            return _said(401, "401 Unauthorized")
        if (self.code != 200 or self.body is not None) and self.times != 0:
            self.times -= 1
            return Response(self.body or '{"message": "no"}', self.code, dict(self.headers))
        path = unquote(str(request.environ["RAW_URI"]).partition("?")[0])
        _, _, rest = path.partition("/projects/")
        if not rest.startswith(f"{PROJECT}/") or "%2F" not in request.environ["RAW_URI"]:
            return _said(404, "404 Project Not Found")
        return self._project(request, rest.removeprefix(f"{PROJECT}/").split("/"))

    def _project(self, request: Request, path: list[str]) -> Response:
        match path:
            case ["pipelines"]:
                return self._page(request, self._pipelines(request))
            case ["pipelines", number, kind] if kind in {"jobs", "bridges"}:
                found = [each for each in self.pipelines if str(each["id"]) == number]
                jobs = [j for each in found for j in each["jobs"]]
                return self._page(request, [j for j in jobs if _is(j, kind, request)])
            case ["repository", "commits", commit] if COMMIT.startswith(commit):
                return Response(json.dumps({"id": COMMIT, "short_id": COMMIT[:8]}))
            case ["repository", "commits", commit, "statuses"] if commit == COMMIT:
                return self._page(request, self.statuses)
        return _said(404, "404 Not found")

    def _pipelines(self, request: Request) -> list[dict[str, Any]]:
        self.rounds += 1
        if self.later is not None and self.rounds > 2:
            self.pipelines = self.later
        source, sha = request.args.get("source"), request.args.get("sha")
        found = [each for each in self.pipelines if each["sha"] == sha]
        found = [
            each
            for each in found
            if each["source"] == source or (source is None and each["source"] != "parent_pipeline")
        ]
        plain = [{k: v for k, v in each.items() if k != "jobs"} for each in found]
        return sorted(plain, key=lambda each: -each["id"])

    def _page(self, request: Request, entries: list[dict[str, Any]]) -> Response:
        size = min(int(request.args.get("per_page", 20)), _MOST)
        page = int(request.args.get("page", 1))
        more = page * size < len(entries)
        headers = {"RateLimit-Limit": "2000", "RateLimit-Remaining": "1999"}
        if self.keyset:
            if more:
                asked = str(request.environ["RAW_URI"]).partition("&page=")[0]
                onward = f"{request.host_url.rstrip('/')}{asked}&page={page + 1}"
                headers["Link"] = f'<{onward}>; rel="next"'
        else:
            headers |= {"x-page": str(page), "x-per-page": str(size)}
            headers["x-next-page"] = str(page + 1) if more else ""
        return Response(json.dumps(entries[(page - 1) * size : page * size]), headers=headers)


class _Below(URIPattern):
    """Matches every path below a folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def match(self, uri: str) -> bool:
        return uri.startswith(self._folder)


def _is(entry: dict[str, Any], kind: str, request: Request) -> bool:
    retried = entry.get("retried", False) and request.args.get("include_retried") != "true"
    return not retried and entry.get("bridge", False) is (kind == "bridges")


def _said(code: int, message: str) -> Response:
    return Response(json.dumps({"message": message}), code)
