"""What a hosting provider can be asked, and which module answers for it."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Protocol

from gonogo.core.provider import Hosting, Provided
from gonogo.providers.client import Fetch

PROVIDERS = {
    "railway": "gonogo.providers.railway:Railway",
    "render": "gonogo.providers.render:Render",
}


class Provider(Protocol):
    """One provider, asked about one target. Whatever it cannot say raises EvidenceUnavailable."""

    async def variables(self) -> Provided:
        """Return what the next deployment of the target will start with."""


def provider(hosting: Hosting, fetch: Fetch, sleep: Callable[[float], Awaitable[None]]) -> Provider:
    """Return the provider of a target; `fetch` is how requests leave this process."""
    module, _, name = PROVIDERS[hosting.provider].partition(":")
    made: Provider = getattr(import_module(module), name)(hosting, fetch, sleep)
    return made
