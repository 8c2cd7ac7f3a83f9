"""A loopback twin of Prometheus' range queries: its parameters, limits, errors and shapes.

It knows no PromQL: each query is answered by what a test has put under it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Value = Callable[[float], float | None] | float
Vector = list[tuple[dict[str, str], Value]]
MOST_POINTS = 11_000


@dataclass
class Prometheus:
    """`series` maps a query to labels and values; a value is a number or a function of the time."""

    server: HTTPServer
    series: dict[str, Vector] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    token: str | None = None
    until: float = float("inf")  # nothing was scraped after it

    def __post_init__(self) -> None:
        """Answer like the API does; the web page and the other paths are not here."""
        self.server.no_handler_status_code = 404
        self.server.expect_request("/api/v1/query_range").respond_with_handler(self._range)
        self.url = self.server.url_for("").rstrip("/")

    def _range(self, request: Request) -> Response:
        if self.token is not None and request.headers.get("Authorization") != self.token:
            return Response("Unauthorized\n", 401)
        try:
            start, end, step = (float(request.args[name]) for name in ("start", "end", "step"))
        except (KeyError, ValueError):
            return _error(400, "bad_data", 'invalid parameter "start": cannot parse to a timestamp')
        if end < start:
            text = 'invalid parameter "end": end timestamp must not be before start time'
            return _error(400, "bad_data", text)
        if step <= 0:
            return _error(400, "bad_data", "zero or negative query resolution step widths")
        if (end - start) / step > MOST_POINTS:
            return _error(400, "bad_data", "exceeded maximum resolution of 11,000 points")
        query = request.args.get("query", "")
        if query.count("(") != query.count(")") or not query:
            text = 'invalid parameter "query": 1:1: parse error: unclosed left parenthesis'
            return _error(400, "bad_data", text)
        times = [start + n * step for n in range(int((end - start) / step + 1e-9) + 1)]
        return self._matrix(self.series.get(query, []), [t for t in times if t <= self.until])

    def _matrix(self, vector: Vector, times: list[float]) -> Response:
        result = []
        for labels, value in vector:
            points = [(t, value(t) if callable(value) else value) for t in times]
            values = [[t, _written(v)] for t, v in points if v is not None]
            if values:  # a series without points is left out
                result.append({"metric": labels, "values": values})
        data = {"resultType": "matrix", "result": result}
        more = {"warnings": self.warnings} if self.warnings else {}
        return _json({"status": "success", "data": data, **more})


def _written(value: float) -> str:
    return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}.get(str(value), f"{value:g}")


def _error(status: int, kind: str, text: str) -> Response:
    return _json({"status": "error", "errorType": kind, "error": text}, status)


def _json(document: object, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")
