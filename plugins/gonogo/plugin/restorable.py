"""Whether the provider can restore the version before: asked when a rollback is at stake."""

import asyncio
import os
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress

from gonogo.config.load import Plan
from gonogo.config.providers import restoring
from gonogo.core.errors import ConfigError, EvidenceUnavailable
from gonogo.core.past import Identity
from gonogo.core.provider import can_be_restored

LIMIT_S = 5.0  # a decision waits no longer


def restorable(plan: Plan, previous: Identity, limit: float = LIMIT_S) -> bool | None:
    """Ask the provider of the target; None where there is none, or where it is silent."""
    if not previous.key:
        return None
    with suppress(ConfigError):
        hosting = restoring(plan, os.environ)
        if hosting is None:
            return None
        from gonogo.probes.engine import Engine  # noqa: PLC0415 - most runs ask no provider
        from gonogo.providers.port import provider  # noqa: PLC0415 - as above

        engine = Engine()
        asked = engine.submit(provider(hosting, engine.fetch, asyncio.sleep).deployments())
        try:
            return can_be_restored(asked.result(limit), previous)
        except (EvidenceUnavailable, FutureTimeout):
            return None
        finally:
            engine.cancel_all()
            engine.close()
    return None
