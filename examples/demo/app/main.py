"""A small real service: health, a database that is really asked, and switches for faults."""

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

_FILE = Path(tempfile.gettempdir()) / f"gonogo-demo-{os.getpid()}.sqlite"
engine = create_engine(os.environ.get("DATABASE_URL", f"sqlite:///{_FILE}"), pool_pre_ping=True)
faults: dict[str, Any] = {"status_500": os.environ.get("DEMO_STATUS_500", "")}
app = FastAPI(title="demo")


@app.middleware("http")
async def fault(request: Request, call_next: Any) -> Response:
    """Answer 500 below the path prefix that a fault names."""
    prefix = faults["status_500"]
    if prefix and request.url.path.startswith(prefix) and request.url.path != "/_faults":
        return JSONResponse({"status": "unhealthy"}, status_code=500)
    answer: Response = await call_next(request)
    return answer


@app.post("/_faults")
async def set_faults(request: Request) -> dict[str, Any]:
    """Set faults at run time, where DEMO_FAULTS=1 allows it."""
    if os.environ.get("DEMO_FAULTS") == "1":
        faults.update(await request.json())
    return faults


@app.get("/health")
def health() -> dict[str, str]:
    """Say that the process is alive, and which version it is."""
    return {"status": "healthy", "version": os.environ.get("DEMO_VERSION", "dev")}


@app.get("/api/v1/health")
def ready() -> JSONResponse:
    """Ask the database, and say how it is."""
    started = time.perf_counter()
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
        word = "healthy"
    except SQLAlchemyError:
        word = "unhealthy"
    took = round((time.perf_counter() - started) * 1000, 2)
    body = {
        "status": word,
        "timestamp": datetime.now(UTC).isoformat(),
        "services": {"database": {"status": word, "latency_ms": took}},
    }
    return JSONResponse(body, status_code=200 if word == "healthy" else 503)


@app.get("/v1/models")
def models() -> dict[str, Any]:
    """List the models, in the form that clients of such an API expect."""
    return {"object": "list", "data": [{"id": "demo-small", "object": "model"}]}


@app.get("/")
def index() -> HTMLResponse:
    """Serve the front page."""
    return HTMLResponse("<!doctype html><title>demo</title><h1>demo</h1>")
