"""The two routes that clients of a language model ask."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/v1")
MODEL = "demo-small"


class Message(BaseModel):
    """One turn of a conversation."""

    role: str
    content: str


class Chat(BaseModel):
    """What a client sends."""

    model: str = MODEL
    messages: list[Message]


@router.get("/models")
def models() -> dict[str, Any]:
    """List the models."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model"}]}


@router.post("/chat/completions")
def complete(chat: Chat) -> dict[str, Any]:
    """Answer with the last message, always the same way."""
    said = chat.messages[-1].content if chat.messages else ""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": said},
        "finish_reason": "stop",
    }
    return {"id": "demo-1", "object": "chat.completion", "model": chat.model, "choices": [choice]}
