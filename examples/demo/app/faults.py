"""Switches that break the application: at the start by DEMO_FAULT, later by POST /_faults."""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Faults:
    """What is broken now. Paths are prefixes; an empty one breaks nothing."""

    errors: str = ""  # answer 500 below this path
    error_share: float = 1.0  # of the requests below it
    delay: float = 0.0  # seconds before each answer
    drip: str = ""  # send a byte a second below this path
    page: str = ""  # answer the front page below this path
    login: str = ""  # redirect to the login page below this path
    version: str = ""  # say that this version serves
    database: bool = False  # the database does not answer
    redis: bool = False  # redis does not answer
    pool: bool = False  # every connection of the pool is taken
    leak_mb: int = 0  # memory kept for good, per request


class Switchboard:
    """Holds the faults, and what a leak has kept."""

    def __init__(self, text: str) -> None:
        self.now = Faults()
        self._kept: list[bytes] = []
        self.set(json.loads(text) if text else {})

    def set(self, changes: dict[str, Any]) -> None:
        """Change some faults; an unknown one is an error."""
        known = {field.name for field in fields(Faults)}
        if unknown := set(changes) - known:
            raise ValueError(f"unknown fault {sorted(unknown)}, known are {sorted(known)}")
        self.now = replace(self.now, **changes)

    def leak(self) -> None:
        """Keep memory, where that is the fault."""
        if self.now.leak_mb:
            self._kept.append(os.urandom(1 << 20) * self.now.leak_mb)


board = Switchboard(os.environ.get("DEMO_FAULT", ""))
router = APIRouter()


@router.post("/_faults")
async def set_faults(request: Request) -> dict[str, Any]:
    """Change faults at run time, where DEMO_FAULTS=1 allows it."""
    if os.environ.get("DEMO_FAULTS") != "1":
        raise HTTPException(404)
    try:
        board.set(await request.json())
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return asdict(board.now)


async def inject(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Let the faults act on a request before the application sees it."""
    path = request.url.path
    if path == "/_faults":
        return await call_next(request)
    faults = board.now
    board.leak()
    if faults.delay:
        await asyncio.sleep(faults.delay)
    if _hits(faults.errors, path) and random.random() < faults.error_share:
        return JSONResponse({"status": "unhealthy", "detail": "a fault"}, 500)
    if _hits(faults.login, path):
        return RedirectResponse("/login", 302)
    if _hits(faults.page, path):
        return FileResponse(STATIC / "index.html")
    if _hits(faults.drip, path):
        return StreamingResponse(_drops(), media_type="application/json")
    return await call_next(request)


def _hits(prefix: str, path: str) -> bool:
    return bool(prefix) and path.startswith(prefix)


async def _drops() -> AsyncIterator[bytes]:
    for each in b'{"status": "healthy"' + b" " * 600 + b"}":
        yield bytes([each])
        await asyncio.sleep(1)
