"""A world without network and without waiting: scripted answers, a clock that sleeping moves."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from gonogo.core.answer import Answer, Request, Silence
from gonogo.core.observation import Observation
from gonogo.probes.context import Context

URL = "http://service/health"
Script = Callable[[Request], Answer]


def answer(
    status: int | None = 200, body: bytes = b"{}", elapsed: float = 0.01, **headers: str
) -> Script:
    """Say the same whoever asks; header names with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: Answer(
        request, status, {"content-type": "application/json", **named}, body, elapsed, request.url
    )


def silence(kind: str = "refused") -> Script:
    return lambda request: Answer(request, url=request.url, silence=Silence(kind, f"it is {kind}"))


@dataclass
class World:
    """`scripts` answer in turn, the last from then on; `others` answer for their own URLs."""

    scripts: list[Script]
    others: dict[str, Script] = field(default_factory=dict)
    time: float = 0.0
    asked: list[tuple[float, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def fetch(self, request: Request) -> Answer:
        await asyncio.sleep(0)
        self.asked.append((self.time, request.url))
        other = self.others.get(request.url)
        if other is not None:
            return other(request)
        found = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        result = found(request)
        self.time += result.elapsed
        return result

    async def sleep(self, seconds: float) -> None:
        self.time += seconds

    def context(self, **more: Any) -> Context:
        return Context(
            fetch=self.fetch,
            now=lambda: self.time,
            sleep=self.sleep,
            progress=self.told.append,
            **more,
        )

    @property
    def times(self) -> list[float]:
        """When the service was asked."""
        return [round(at, 3) for at, url in self.asked if url not in self.others]


def see(probing: Coroutine[Any, Any, Observation]) -> Observation:
    return asyncio.run(probing)
