"""Whatever an API answers in place of its answer, nothing is taken for good."""

import gzip
import re
from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gonogo.core.artefact import BackupUrl
from gonogo.core.incident import AlertIssues, StatusPage
from gonogo.core.path import ApiPath
from gonogo.core.pipeline import Pipeline, RequiredCheck
from gonogo.probes.backup import fresh
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.incident import announced
from gonogo.probes.paths import usable
from gonogo.probes.pipeline import concluded

PAGE = "<!doctype html><html><title>Sign in</title></html>"
JSON, HTML = "application/json", "text/html"


BOMB = gzip.compress(b" " * (64 << 20), 1)


def says(body: bytes | str, status: int = 200, kind: str = JSON) -> Response:
    return Response(body, status, content_type=kind)


def packed(body: bytes) -> Response:
    return Response(body, headers={"Content-Encoding": "gzip"}, content_type=JSON)


def limited(until: str) -> Response:
    return Response("{}", 429, {"Retry-After": until}, content_type=JSON)


ANSWERS: dict[str, Callable[[], Response]] = {
    "nothing": lambda: says(""),
    "no content": lambda: says("", 204),
    "null": lambda: says("null"),
    "true": lambda: says("true"),
    "a word": lambda: says('"success"'),
    "an empty object": lambda: says("{}"),
    "a list of nothing": lambda: says("[null]"),
    "a list of lists": lambda: says("[[]]"),
    "a message": lambda: says('{"message": "success", "status": "success"}'),
    "errors": lambda: says('{"data": null, "errors": []}'),
    "half of it": lambda: says('{"total_count": 1, "check_runs": [{"name": "Run Te'),
    "packed": lambda: packed(gzip.compress(b"[")),
    "not packed": lambda: packed(b"{}"),
    "a bomb": lambda: packed(BOMB),
    "too deep": lambda: says("[" * 50_000 + "]" * 50_000),
    "too many": lambda: says("[" + "{}," * 250_000 + "{}]"),
    "NaN": lambda: says('{"total_count": NaN, "id": NaN}'),
    "a web page": lambda: says(PAGE, kind=HTML),
    "a web page that says JSON": lambda: says(PAGE),
    "a login": lambda: Response("", 302, {"Location": "/login"}),
    "round and round": lambda: Response("", 302, {"Location": "/again"}),
    "not modified": lambda: says("", 304),
    "refused": lambda: says('{"message": "Bad credentials"}', 401),
    "forbidden": lambda: says("{}", 403),
    "limited": lambda: limited("3600"),
    "limited by nonsense": lambda: limited("\xb2 soon"),
    "not there": lambda: says("{}", 404),
    "broken": lambda: says("oops", 500),
    "elsewhere": lambda: says("{}", 503),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_but_the_answer_is_good(httpserver: HTTPServer, engine: Engine, name: str) -> None:
    async def at_once(_seconds: float) -> None: ...

    def handler(request: Request) -> Response:
        if request.path == "/login":
            return says(PAGE, kind=HTML)
        return ANSWERS[name]()

    httpserver.expect_request(re.compile(".*")).respond_with_handler(handler)
    url = httpserver.url_for("").rstrip("/")
    context = Context(engine.fetch, sleep=at_once, commit="0" * 40)
    ci = {"repository": "acme/shop", "api": url, "wait": 0.0, "every": 0.0, "token": "t"}
    path = {"api": url, "variables": (), "repository": "acme/shop", "token": "t"}
    asked = [
        *(
            concluded(context, RequiredCheck("c", "*", Pipeline(**ci, provider=provider)))  # type: ignore[arg-type]
            for provider in ("github", "gitlab")
        ),
        *(
            usable(context, ApiPath(kind, kind, **path))  # type: ignore[arg-type]
            for kind in ("github-actions", "circleci", "railway", "render")
        ),
        announced(context, StatusPage("page", url)),
        announced(context, AlertIssues("issues", "acme/shop", "alert", url)),
        fresh(context, BackupUrl(f"{url}/latest.dump", 3600.0)),
    ]
    seen = [future.result(timeout=60) for future in engine.submit_all(asked)]

    assert [str(each.reading.outcome) for each in seen if each.good] == [], seen
    assert [each for each in seen if "the probe broke" in each.reading.text] == []
