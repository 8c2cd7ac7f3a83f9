"""The application, put together."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from app import auth, faults, health, items, metrics, models, storage
from app.faults import STATIC

ORIGIN = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    """Keep the database for as long as the application serves."""
    storage.prepare()
    faults.board.watchers.append(storage.occupy)
    storage.occupy(faults.board.now)
    yield
    storage.close()


app = FastAPI(
    title=f"{os.environ.get('PROJECT_NAME', 'demo')}, {os.environ.get('ENVIRONMENT', 'demo')}",
    servers=[{"url": os.environ.get("PUBLIC_URL", "/")}],
    docs_url=None,
    redoc_url=None,
    lifespan=lifespan,
)
app.middleware("http")(faults.inject)
app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN], allow_credentials=True)
app.middleware("http")(metrics.measure)
ROOMS = (health, auth, items, models, metrics, faults)
for room in ROOMS:
    app.include_router(room.router)
GUARDS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
app.mount("/assets", StaticFiles(directory=STATIC / "assets"))


@app.get("/")
@app.get("/login")
@app.get("/app/{rest:path}")
def page(rest: str = "") -> FileResponse:
    """Serve the front page, for every route that the browser knows."""
    del rest
    return FileResponse(STATIC / "index.html", headers=GUARDS)


app.state.routes = [*app.routes, *(route for room in ROOMS for route in room.router.routes)]
