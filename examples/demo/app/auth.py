"""Login with a form or JSON, a protected route, logout, and API keys."""

import hmac
import os
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Request

from app.faults import board

router = APIRouter(prefix="/api/v1")
USER = os.environ.get("DEMO_USER", "demo")
PASSWORD = os.environ.get("DEMO_PASSWORD", secrets.token_hex(16))
API_KEY = os.environ.get("DEMO_API_KEY", secrets.token_hex(16))
_tokens: set[str] = set()


@router.post("/auth/login")
async def login(request: Request) -> dict[str, str]:
    """Give a token for the right name and password."""
    is_json = "json" in request.headers.get("content-type", "")
    fields = await request.json() if is_json else await request.form()
    name, password = str(fields.get("username", "")), str(fields.get("password", ""))
    if not (_same(name, USER) and _same(password, PASSWORD)):
        raise HTTPException(401, "wrong name or password")
    token = secrets.token_urlsafe(32)
    _tokens.add(token)
    return {"access_token": token, "token_type": "bearer"}


def token_of(authorization: Annotated[str, Header()] = "") -> str:
    """Return the token of a request that has a good one."""
    kind, _, token = authorization.partition(" ")
    known = token in _tokens or (bool(token) and board.now.any_token)
    if kind.lower() != "bearer" or not known:
        raise HTTPException(401, "not logged in", {"WWW-Authenticate": "Bearer"})
    return token


Token = Annotated[str, Depends(token_of)]


@router.get("/auth/me")
def me(_token: Token) -> dict[str, str]:
    """Say who is logged in."""
    return {"username": USER}


@router.post("/auth/logout")
def logout(token: Token) -> dict[str, str]:
    """Make the token worthless."""
    if not board.now.endless:
        _tokens.discard(token)
    return {"status": "logged out"}


def key_of(x_api_key: Annotated[str, Header()] = "") -> None:
    """Refuse a request without the right API key."""
    if not board.now.any_key and not _same(x_api_key, API_KEY):
        raise HTTPException(401, "missing or wrong API key")


@router.get("/keys/me", dependencies=[Depends(key_of)])
def key() -> dict[str, str]:
    """Say that the API key is good."""
    return {"key": "valid"}


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())
