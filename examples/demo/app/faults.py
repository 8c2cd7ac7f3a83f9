"""Switches that break the application: at the start by DEMO_FAULT, later by POST /_faults."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel

STATIC = Path(__file__).parent / "static"


class Faults(BaseModel, extra="forbid", frozen=True):
    """What is broken now. Paths are prefixes; an empty one breaks nothing."""

    errors: str = ""  # answer 500 below this path
    error_share: float = 1.0  # of the requests below it
    error_count: int | None = None  # only so many of them, from now on
    delay: float = 0.0  # seconds before each answer
    drip: str = ""  # send a byte a second below this path
    page: str = ""  # answer the front page below this path
    login: str = ""  # redirect to the login page below this path
    version: str = ""  # say that this version serves
    database: bool = False  # the database does not answer
    redis: bool = False  # redis does not answer
    pool: bool = False  # every connection of the pool is taken
    leak_mb: int = 0  # memory kept for good, per request
    any_token: bool = False  # every token is good, also an altered one
    any_key: bool = False  # every API key is good, also none
    endless: bool = False  # a token stays good after the logout
    undead: bool = False  # what is deleted stays
    after: int = 0  # requests that are spared before the others begin


class Switchboard:
    """Holds the faults, and what a leak has kept."""

    def __init__(self, text: str) -> None:
        self.now = Faults.model_validate_json(text or "{}")
        self.watchers: list[Callable[[Faults], None]] = []
        self._kept: list[bytes] = []
        self._spared = 0
        self._errors = self.now.error_count

    def set(self, changes: dict[str, Any]) -> None:
        """Change some faults; an unknown one is an error."""
        self.now = Faults.model_validate(self.now.model_dump() | changes)
        self._errors = self.now.error_count
        for watcher in self.watchers:
            watcher(self.now)

    def fails(self, path: str) -> bool:
        """Tell whether this request is one of those to answer with 500."""
        if not _hits(self.now.errors, path) or random.random() >= self.now.error_share:
            return False
        if self._errors is not None:
            self._errors -= 1
        return self._errors is None or self._errors >= 0

    def spares(self) -> bool:
        """Tell whether this request is one of those before the faults begin."""
        self._spared += 1
        return self._spared <= self.now.after

    def leak(self) -> None:
        """Keep memory, where that is the fault."""
        if self.now.leak_mb:
            self._kept.append(os.urandom(1 << 20) * self.now.leak_mb)


board = Switchboard(os.environ.get("DEMO_FAULT", ""))
router = APIRouter()


@router.post("/_faults")
def set_faults(changes: dict[str, Any]) -> Faults:
    """Change faults at run time, where DEMO_FAULTS=1 allows it; {} shows them."""
    if os.environ.get("DEMO_FAULTS") != "1":
        raise HTTPException(404)
    try:
        board.set(changes)
    except ValueError as error:
        raise HTTPException(422, f"{error}; known are {list(Faults.model_fields)}") from None
    return board.now


async def inject(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Let the faults act on a request before the application sees it."""
    path = request.url.path
    if path == "/_faults" or board.spares():
        return await call_next(request)
    faults = board.now
    board.leak()
    if faults.delay:
        await asyncio.sleep(faults.delay)
    if board.fails(path):
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
