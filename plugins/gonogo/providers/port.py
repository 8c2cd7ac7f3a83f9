"""What a hosting provider can be asked, and which module answers for it."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Protocol

from gonogo.core.provider import Asked, Deployed, Hosting, Provided
from gonogo.providers.client import Fetch

PROVIDERS = {
    "local": "gonogo.providers.local:Local",
    "railway": "gonogo.providers.railway:Railway",
    "render": "gonogo.providers.render:Render",
}


class Provider(Protocol):
    """One provider, asked about one target. Whatever it cannot say raises EvidenceUnavailable."""

    async def variables(self) -> Provided:
        """Return what the next deployment of the target will start with."""

    async def deployments(self) -> list[Deployed]:
        """Return the newest deployments of the target, at most LISTED, the newest first."""

    async def status(self, deployment: str) -> Deployed:
        """Return one deployment."""

    async def restore(self, goal: Deployed) -> Asked:
        """Bring a deployment back, once; raises Declined where the provider says no.

        Any other EvidenceUnavailable leaves open whether it will be done.
        """


def provider(hosting: Hosting, fetch: Fetch, sleep: Callable[[float], Awaitable[None]]) -> Provider:
    """Return the provider of a target; `fetch` is how requests leave this process."""
    module, _, name = PROVIDERS[hosting.provider].partition(":")
    made: Provider = getattr(import_module(module), name)(hosting, fetch, sleep)
    return made
