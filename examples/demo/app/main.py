"""The application, put together."""

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from app import auth, faults, health, items, metrics, models, storage
from app.faults import STATIC

storage.prepare()
app = FastAPI(title="demo", docs_url=None, redoc_url=None)
app.middleware("http")(faults.inject)
app.middleware("http")(metrics.measure)
for room in (health, auth, items, models, metrics, faults):
    app.include_router(room.router)
app.mount("/assets", StaticFiles(directory=STATIC / "assets"))


@app.get("/")
@app.get("/login")
@app.get("/app/{rest:path}")
def page(rest: str = "") -> FileResponse:
    """Serve the front page, for every route that the browser knows."""
    del rest
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return FileResponse(STATIC / "index.html", headers=headers)
