"""Own requests, numbers in a health body and an exposition, read over real sockets."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.core.signal import Signal
from tests.runs import in_turn

from .conftest import Read

Unread = Callable[..., str]


def own(server: HTTPServer, **more: Any) -> Signal:
    return Signal("api/latency", "latency", "probe", "api", server.url_for("/m"), "/m", **more)


def test_own_requests_are_timed(read: Read, httpserver: HTTPServer) -> None:
    def slow(_request: Any) -> Response:
        time.sleep(0.05)
        return Response("ok")

    httpserver.expect_request("/m", headers={"X-Key": "k"}).respond_with_handler(slow)
    (one,) = read(own(httpserver, headers=(("X-Key", "k"),)))

    assert (one.requests, one.failures, one.route) == (1.0, 0.0, "/m")
    assert one.value is not None
    assert 0.05 <= one.value < 2
    assert abs(one.at - time.time()) < 5


def test_a_server_error_is_a_failure_without_a_time(read: Read, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/m").respond_with_data("no", 503)
    (one,) = read(own(httpserver))

    assert (one.requests, one.failures, one.value) == (1.0, 1.0, None)


def test_a_silence_counts_only_while_the_network_is_proven(read: Read, unread: Unread) -> None:
    signal = Signal("api/latency", "latency", "probe", "api", "http://127.0.0.1:1/m")
    (one,) = read(signal, own_network=True)

    assert one.failures == 1.0
    assert "no control URL" in unread(signal)


@pytest.mark.parametrize(("status", "said"), [(404, "path"), (401, "credentials"), (400, "400")])
def test_what_the_client_did_wrong_measures_nothing(
    unread: Unread, httpserver: HTTPServer, status: int, said: str
) -> None:
    httpserver.expect_request("/m").respond_with_data("no", status)

    assert said in unread(own(httpserver))


def body(server: HTTPServer, signal: str = "db-pool", **queries: str) -> Signal:
    return Signal(f"api/{signal}", signal, "health", "api", server.url_for("/h"), queries=queries)


BODY = {
    "pool": {"used": 9, "size": 10, "share": "90%"},
    "memory": {"rss": "480 MB", "limit": "0.5 GB", "percent": 83},
    "requests": {"all": 200},
    "parts": [{"name": "db", "ms": "12ms"}],
}


def test_numbers_in_a_health_body(read: Read, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/h").respond_with_json(BODY, 503)  # unwell, and says so
    found = [
        read(body(httpserver, used="pool.used", max="pool.size")),
        read(body(httpserver, value="pool.share")),
        read(body(httpserver, "memory", used="memory.rss", max="memory.limit")),
        read(body(httpserver, "latency", value="parts[?name=='db'] | [0].ms")),
        read(body(httpserver, "error-rate", total="requests.all", errors="requests.failed")),
    ]

    assert [one.value for (one,) in found] == [0.9, 0.9, pytest.approx(0.96), 0.012, 0.0]


@pytest.mark.parametrize(
    ("queries", "said"),
    [
        ({"value": "pool.free"}, "holds no 'pool.free'"),
        ({"value": "pool"}, "a table"),
        ({"value": "memory.percent"}, 'unit = "percent"'),
        ({"used": "pool.used", "max": "pool.most"}, "holds no 'pool.most'"),
        ({"total": "requests.none", "errors": "requests.failed"}, "holds no 'requests.none'"),
    ],
)
def test_what_a_body_does_not_hold_is_unknown(
    unread: Unread, httpserver: HTTPServer, queries: dict[str, str], said: str
) -> None:
    httpserver.expect_request("/h").respond_with_json(BODY)

    assert said in unread(body(httpserver, **queries))


def test_a_body_that_is_a_page_is_unknown(unread: Unread, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/h").respond_with_data("<html>", content_type="text/html")

    assert "not JSON" in unread(body(httpserver, value="pool.share"))


def exposed(server: HTTPServer, kind: str, unit: str | None = None, **queries: str) -> Signal:
    url = server.url_for("/metrics")
    return Signal(f"api/{kind}", kind, "metrics", "api", url, queries=queries, unit=unit)


def text(*lines: str, start: int = 1) -> Response:
    return Response("\n".join([*lines, f"process_start_time_seconds {start}", ""]))


RATE = {"total": "r_total", "errors": 'r_total{s=~"5.."}'}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (['r_total{s="200"} 10'], ['r_total{s="200"} 110'], (100, 0)),  # no error so far
        (['r_total{s="200"} 10'], ['r_total{s="200"} 105', 'r_total{s="500"} 5'], (100, 5)),
        (['r_total{s="200"} 10'], ['r_total{s="200"} 10'], (0, 0)),
        (['r_total{s="200"} 50', 'r_total{s="500"} 7'], ['r_total{s="200"} 3'], (3, 0)),
    ],
)
def test_two_scrapes_give_a_rate(
    read: Read,
    httpserver: HTTPServer,
    before: list[str],
    after: list[str],
    expected: tuple[float, float],
) -> None:
    pages = in_turn(text(*before), text(*after))
    httpserver.expect_request("/metrics").respond_with_handler(pages)
    (one,) = read(exposed(httpserver, "error-rate", **RATE))

    assert (one.requests, one.failures) == expected


def test_a_histogram_gives_a_quantile(read: Read, httpserver: HTTPServer) -> None:
    def page(fast: int, slow: int) -> Response:
        lines = [f'd_seconds_bucket{{route="/",le="0.1"}} {fast}']
        lines += [f'd_seconds_bucket{{route="/",le="{le}"}} {fast + slow}' for le in ("1", "+Inf")]
        return text(*lines, 'd_seconds_bucket{route="/x",le="+Inf"} 5')

    pages = in_turn(page(1000, 0), page(1000, 100))
    httpserver.expect_request("/metrics").respond_with_handler(pages)
    (one,) = read(exposed(httpserver, "latency", value='d_seconds{route="/"}'))

    assert one.value == pytest.approx(0.55)  # what was before the first scrape is not in it


def test_levels_need_one_scrape(read: Read, httpserver: HTTPServer) -> None:
    page = text('pool{state="used"} 4', 'pool{state="size"} 5', 'cpu{n="1"} 20', 'cpu{n="2"} 70')
    httpserver.expect_request("/metrics").respond_with_handler(in_turn(page))
    pool = {"used": 'pool{state="used"}', "max": 'pool{state="size"}'}
    (one,) = read(exposed(httpserver, "db-pool", **pool))
    (worst,) = read(exposed(httpserver, "resources", "percent", value="cpu"))

    assert [one.value, worst.value] == pytest.approx([0.8, 0.7])
    assert len(httpserver.log) == 2


def test_open_metrics_is_understood(read: Read, httpserver: HTTPServer) -> None:
    page = "# TYPE pool gauge\npool 0.5\n# EOF\n"
    kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    httpserver.expect_request("/metrics").respond_with_data(page, content_type=kind)
    (one,) = read(exposed(httpserver, "db-pool", value="pool"))

    assert one.value == 0.5


UNREADABLE = [
    ("db-pool", {"value": "pool"}, [Response("<html>hello")], "no series is pool"),
    ("db-pool", {"value": "pool"}, [text("pool NaN")], "nan"),
    ("db-pool", {"value": "pool"}, [text("pool 1 1000")], "stale"),
    ("db-pool", {"value": "pool"}, [text("pool one")], "cannot be read"),
    ("db-pool", {"value": "pool"}, [Response("no", 500)], "500"),
    ("error-rate", RATE, [text("other_total 5")], "no series is r_total"),
    ("error-rate", RATE, [text("r_total 9", start=5), text("r_total 50", start=2)], "in turn"),
    (
        "latency",
        {"value": "d"},
        [text('d_bucket{le="1"} 5', 'd_bucket{le="+Inf"} 5')],
        "no request",
    ),
    ("latency", {"value": "d"}, [text("d 5")], "no series is d"),
]


@pytest.mark.parametrize(("kind", "queries", "pages", "said"), UNREADABLE)
def test_what_an_exposition_does_not_say_is_unknown(
    unread: Unread,
    httpserver: HTTPServer,
    kind: str,
    queries: dict[str, str],
    pages: list[Response],
    said: str,
) -> None:
    httpserver.expect_request("/metrics").respond_with_handler(in_turn(*pages))

    assert said in unread(exposed(httpserver, kind, **queries))


def test_a_restart_between_two_scrapes_counts_from_zero(read: Read, httpserver: HTTPServer) -> None:
    later = int(time.time()) + 60
    pages = in_turn(text('r_total{s="200"} 9'), text('r_total{s="500"} 4', start=later))
    httpserver.expect_request("/metrics").respond_with_handler(pages)
    (one,) = read(exposed(httpserver, "error-rate", **RATE))

    assert (one.requests, one.failures) == (4, 4)


def test_an_exposition_of_any_size_costs_a_bounded_time(
    unread: Unread, httpserver: HTTPServer
) -> None:
    big = "x" * (9 << 20)
    httpserver.expect_request("/metrics").respond_with_data(big)

    assert "more than" in unread(exposed(httpserver, "db-pool", value="pool"))
