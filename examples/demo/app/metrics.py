"""What the application measures of itself, in Prometheus' text format."""

import resource
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import QueuePool
from starlette.routing import Match, Route

from app.storage import engine

router = APIRouter()
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_requests: Counter[tuple[str, int]] = Counter()
_below: Counter[tuple[str, float]] = Counter()
_seconds: defaultdict[str, float] = defaultdict(float)


async def measure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Count a request by its route and status, and how long it took."""
    started = time.perf_counter()
    status = 500
    try:
        answer = await call_next(request)
        status = answer.status_code
        return answer
    finally:
        route = _route_of(request)
        took = time.perf_counter() - started
        _requests[route, status] += 1
        _seconds[route] += took
        _below.update((route, bucket) for bucket in BUCKETS if took <= bucket)


def _route_of(request: Request) -> str:
    """Name the route that would serve a request, also where a fault has answered before it."""
    for route in request.app.state.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.FULL:
            return route.path
    return "other"


@router.get("/metrics")
async def metrics() -> PlainTextResponse:
    """Show the figures."""
    return PlainTextResponse("\n".join([*_lines(), ""]), media_type="text/plain; version=0.0.4")


def _lines() -> Iterator[str]:
    yield "# TYPE http_requests_total counter"
    for (route, status), count in sorted(_requests.items()):
        yield f'http_requests_total{{route="{route}",status="{status}"}} {count}'
    yield "# TYPE http_request_duration_seconds histogram"
    for route in sorted(_seconds):
        total = sum(count for (each, _), count in _requests.items() if each == route)
        for bucket in BUCKETS:
            labels = f'route="{route}",le="{bucket}"'
            yield f"http_request_duration_seconds_bucket{{{labels}}} {_below[route, bucket]}"
        yield f'http_request_duration_seconds_bucket{{route="{route}",le="+Inf"}} {total}'
        yield f'http_request_duration_seconds_sum{{route="{route}"}} {_seconds[route]:.6f}'
        yield f'http_request_duration_seconds_count{{route="{route}"}} {total}'
    pool = engine.pool
    if isinstance(pool, QueuePool):
        yield "# TYPE db_pool_connections gauge"
        yield f'db_pool_connections{{state="used"}} {pool.checkedout()}'
        yield f'db_pool_connections{{state="size"}} {pool.size()}'
    yield "# TYPE process_resident_memory_bytes gauge"
    yield f"process_resident_memory_bytes {_resident()}"


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # its peak, in bytes on macOS
    return pages * resource.getpagesize()
