"""What providers say of the variables of targets: all are asked at once."""

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.provider import Hosting, Provided

if TYPE_CHECKING:
    from gonogo.plugin.run import Run
    from gonogo.probes.context import Context

Answers = dict[str, dict[str, Provided | str]]
"""Of each target, by provider: its variables, or why they are not known."""


def provided(run: "Run", places: Mapping[str, Mapping[str, Hosting]]) -> Answers:
    """Ask every provider about every target; `places` holds the run's own target first."""
    own = {hosting.place for hosting in next(iter(places.values())).values()}
    found: Answers = run.prober.fetched(lambda context: _all(context, places, own))
    return found


async def _all(
    context: "Context",
    places: Mapping[str, Mapping[str, Hosting]],
    own: set[tuple[str, ...]],
) -> Answers:
    listed = [(target, hosting) for target, each in places.items() for hosting in each.values()]
    asking: list[Coroutine[Any, Any, Provided | str]] = []
    for number, (target, hosting) in enumerate(listed):
        context.progress(f"{hosting.provider}: asking for the variables of {target}")
        asking.append(_one(context, hosting, number > 0 and hosting.place in own))
    import asyncio  # noqa: PLC0415 - most runs ask no provider

    answers = await asyncio.gather(*asking)
    found: Answers = {}
    for (target, hosting), answer in zip(listed, answers, strict=True):
        found.setdefault(target, {})[hosting.provider] = answer
    return found


async def _one(context: "Context", hosting: Hosting, same: bool) -> Provided | str:
    from gonogo.providers.port import provider  # noqa: PLC0415 - as above

    if same:
        return f"nothing says where {hosting.target} runs; see [providers.{hosting.provider}]"
    try:
        return await provider(hosting, context.fetch, context.sleep).variables()
    except EvidenceUnavailable as silence:
        return str(silence)
