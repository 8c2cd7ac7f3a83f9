"""GitHub's REST API as a witness, for whoever asks it."""

from typing import Any

from gonogo.core.answer import Request
from gonogo.probes.context import Context
from gonogo.probes.witness import PATIENCE_S, Reply, replied

_ACCEPT = ("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28")


def request_for(url: str, token: str | None) -> Request:
    """Return a request as this API wants it."""
    headers = _ACCEPT if token is None else (*_ACCEPT, ("Authorization", f"Bearer {token}"))
    return Request(url, headers=headers, max_body=8 << 20)


async def asked(
    context: Context, url: str, token: str | None, pause: float = 10.0, patience: float = PATIENCE_S
) -> Any:
    """Return the JSON of an answer with 200; raises EvidenceUnavailable after three tries."""
    reply: Reply = await replied(context, request_for(url, token), pause, patience)
    return reply.document
