"""A resource to create, read, change, list and delete."""

import os
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from sqlalchemy import select

from app.faults import board
from app.storage import Item, Stored

router = APIRouter(prefix="/api/v1/items")
PAGE_SIZE = int(os.environ.get("PAGE_SIZE", "50"))


class Draft(BaseModel):
    """What a client sends."""

    name: str
    note: str = ""


@router.get("")
def listed(stored: Stored) -> list[dict[str, Any]]:
    """List the newest items."""
    newest = select(Item).order_by(Item.id.desc()).limit(PAGE_SIZE)
    return [_shown(item) for item in stored.scalars(newest)]


@router.post("", status_code=201)
def create(draft: Draft, stored: Stored) -> dict[str, Any]:
    """Create an item."""
    item = Item(name=draft.name, note=draft.note)
    stored.add(item)
    stored.commit()
    return _shown(item)


@router.get("/{number}")
def read(number: int, stored: Stored) -> dict[str, Any]:
    """Read an item."""
    return _shown(_found(number, stored))


@router.put("/{number}")
def update(number: int, draft: Draft, stored: Stored) -> dict[str, Any]:
    """Change an item."""
    item = _found(number, stored)
    item.name, item.note = draft.name, draft.note
    stored.commit()
    return _shown(item)


@router.delete("/{number}", status_code=204)
def delete(number: int, stored: Stored) -> None:
    """Delete an item."""
    item = _found(number, stored)
    if not board.now.undead:
        stored.delete(item)
        stored.commit()


def _found(number: int, stored: Stored) -> Item:
    item = stored.get(Item, number)
    if item is None:
        raise HTTPException(404, "no such item")
    return item


def _shown(item: Item) -> dict[str, Any]:
    return {"id": item.id, "name": item.name, "note": item.note}
