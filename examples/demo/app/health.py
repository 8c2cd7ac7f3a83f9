"""Level 1 and 2: is the process alive, and do its dependencies answer?"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import redis
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app import storage
from app.faults import board

router = APIRouter()
REDIS_URL = os.environ.get("REDIS_URL", "")
_redis = (
    redis.Redis.from_url(REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    if REDIS_URL
    else None
)


@router.get("/health")
def health() -> dict[str, str]:
    """Say that the process is alive, and which version it is."""
    version = board.now.version or os.environ.get("DEMO_VERSION", "dev")
    return {"status": "healthy", "version": version}


@router.get("/api/v1/health")
def ready() -> JSONResponse:
    """Ask every dependency, and say how it is and how long it took."""
    services = {"database": _asked(storage.ping)}
    if _redis is not None:
        services["redis"] = _asked(_ping_redis)
    good = all(each["status"] == "healthy" for each in services.values())
    body = {
        "status": "healthy" if good else "unhealthy",
        "timestamp": datetime.now(UTC).isoformat(),
        "services": services,
    }
    return JSONResponse(body, 200 if good else 503)


def _asked(question: Callable[[], None]) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        question()
    except Exception as error:  # noqa: BLE001 - whatever it is, the dependency is not well
        return {"status": "unhealthy", "error": type(error).__name__}
    took = (time.perf_counter() - started) * 1000
    return {"status": "healthy", "latency_ms": round(took, 2)}


def _ping_redis() -> None:
    if board.now.redis:
        raise ConnectionError("redis does not answer (a fault)")
    if _redis is not None:
        _redis.ping()
