"""What is asked during a rollback: the provider, and the services which version they serve."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import replace
from typing import TypeVar

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.core.provider import Asked, Deployed, Hosting, State, live_of
from gonogo.core.subject import Polling, Service
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.release import serving
from gonogo.providers.port import Provider, provider

T = TypeVar("T")
PROVIDER_S = 120.0
RESTORE_S = 330.0
EVERY_S = 1.0
FOLLOW_EVERY_S = 5.0


class Witness:
    """Asks on one engine; to be closed."""

    def __init__(
        self,
        hosting: Hosting,
        services: Sequence[Service],
        control: tuple[str, ...],
        say: Callable[[str], None],
    ) -> None:
        self._engine = Engine()
        self._provider: Provider = provider(hosting, self._engine.fetch, asyncio.sleep)
        self._services = [each for each in services if each.version is not None]
        self._control = control
        self._say = say

    @property
    def tells_versions(self) -> bool:
        """Tell whether any service says which version serves."""
        return bool(self._services)

    @property
    def patience(self) -> float:
        """How long a version may take to serve, in seconds."""
        waits = [each.version.wait for each in self._services if each.version is not None]
        return max(waits, default=420.0)

    def deployments(self) -> list[Deployed]:
        """Return what the provider lists; raises EvidenceUnavailable."""
        return self._within(PROVIDER_S, self._provider.deployments())

    def restore(self, goal: Deployed) -> Asked:
        """Ask the provider to restore, once; raises Declined or EvidenceUnavailable."""
        return self._within(RESTORE_S, self._provider.restore(goal))

    def served(self, commit: str, limit: float, known: set[str], goal: Deployed) -> Observation:
        """Ask until every service serves a commit, and return the worst of what was seen.

        It ends early where the provider says that what it makes of the goal has failed; `known`
        are the deployments that there were before.
        """
        context = Context(self._engine.fetch, control=self._control, commit=commit)
        patience = _Patience(context.now() + limit)
        return self._within(limit + 60, self._all(context, patience, known, goal))

    def live(self, goal: Deployed, limit: float) -> bool:
        """Wait until the provider says that the goal is live: all there is without a version."""
        return self._within(limit + 60, self._is_live(goal, limit))

    async def _is_live(self, goal: Deployed, limit: float) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + limit
        while True:
            with contextlib.suppress(EvidenceUnavailable):
                found = live_of(await self._provider.deployments())
                if found is not None and is_goal(found, goal):
                    return True
            if loop.time() >= until:
                return False
            await asyncio.sleep(EVERY_S)

    async def _all(
        self, context: Context, patience: "_Patience", known: set[str], goal: Deployed
    ) -> Observation:
        following = asyncio.create_task(self._follow(patience, known, goal))
        try:
            asked = [self._one(context, each, patience) for each in self._services]
            seen = await asyncio.gather(*asked)
        finally:
            following.cancel()
        return max(seen, key=lambda each: each.reading.outcome.rank)

    async def _one(self, context: Context, service: Service, patience: "_Patience") -> Observation:
        version = service.version
        if version is None:
            raise EvidenceUnavailable("no version is configured")
        version, once = replace(version, wait=0.0), Polling(attempts=1, interval=0.0)
        quick = replace(service, version=version, startup=once)
        while True:
            seen = await serving(context, quick)
            if seen.good or context.now() >= patience.until:
                return seen
            self._say(f"{service.slug}: {seen.reading.text}")
            await asyncio.sleep(min(EVERY_S, max(0.05, patience.until - context.now())))

    async def _follow(self, patience: "_Patience", known: set[str], goal: Deployed) -> None:
        """Look at what the provider makes of the goal; a failure of it ends the waiting."""
        while True:
            await asyncio.sleep(FOLLOW_EVERY_S)
            with contextlib.suppress(EvidenceUnavailable):
                listed = await self._provider.deployments()
                made = [each for each in listed if each.id not in known and is_goal(each, goal)]
                if made and made[0].state is State.ENDED:
                    self._say(f"the provider says of {made[0]}: {made[0].word}")
                    patience.until = 0.0
                    return

    def _within(self, limit: float, question: Awaitable[T]) -> T:
        future = self._engine.submit(_run(question))
        try:
            return future.result(limit)
        except FutureTimeout:
            future.cancel()
            raise EvidenceUnavailable(f"no answer within {limit:g}s") from None

    def close(self) -> None:
        """End the engine."""
        self._engine.cancel_all()
        self._engine.close()


class _Patience:
    def __init__(self, until: float) -> None:
        self.until = until


def is_goal(each: Deployed, goal: Deployed) -> bool:
    """Tell whether a deployment is the goal, or what a provider has made of it."""
    return each.id == goal.id or bool(goal.commit and each.commit == goal.commit)


async def _run(question: Awaitable[T]) -> T:
    return await question


def is_silent(seen: Observation) -> bool:
    """Tell whether an observation says nothing."""
    return seen.reading.outcome is Outcome.UNKNOWN
