"""Asks every hostile path at once, in a process of its own, and prints what it cost as JSON."""

import json
import resource
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from gonogo.core.answer import Request
from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.subject import Endpoint, Expectation, Polling, Service
from gonogo.probes.context import Context
from gonogo.probes.endpoint import answered
from gonogo.probes.engine import Engine
from gonogo.probes.liveness import alive
from gonogo.probes.readiness import ready

DEADLINE = 1.0
ONCE = Polling(1, 0.0)


def peak() -> int:
    """Return the peak in bytes; a child's own rusage may hold its parent's peak on Linux."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(urls: list[str]) -> None:
    engine = Engine()
    context = Context(fetch=engine.fetch, own_network=True)
    started = time.monotonic()
    futures: dict[tuple[str, str], Future[Any]] = {}
    for url in urls:
        service = Service("s", url, url, ready=url, timeout=DEADLINE, startup=ONCE)
        expect = Expectation(status=(200,), json={"status": "healthy"})
        smoke = Endpoint("e", url, expect=expect, timeout=DEADLINE, retry=ONCE)
        futures[url, "live"] = engine.submit(alive(context, service))
        futures[url, "smoke"] = engine.submit(answered(context, smoke))
        futures[url, "ready"] = engine.submit(ready(context, service, DEFAULT_RULES["slow"]))
        futures[url, "fetch"] = engine.submit(_fetched(engine, url))
    found = {f"{kind} {url}": str(each.result(60)) for (url, kind), each in futures.items()}
    took = time.monotonic() - started
    engine.close()
    print(json.dumps({"peak": peak(), "took": took, "found": found}))  # noqa: T201 - its result


async def _fetched(engine: Engine, url: str) -> str:
    answer = await engine.fetch(Request(url, timeout=DEADLINE))
    return answer.describe()


if __name__ == "__main__":
    main(sys.argv[1:])
