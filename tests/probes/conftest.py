"""The hostile server and a real engine, for tests over real loopback sockets."""

from collections.abc import Callable, Iterator

import pytest

from gonogo.core.answer import Answer, Request
from gonogo.probes.engine import Engine

from .hostile import HostileServer

Ask = Callable[[Request], Answer]


@pytest.fixture(scope="package")
def hostile() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def ask(engine: Engine) -> Ask:
    """Ask one request on the real engine and wait for the answer."""

    def fetch(request: Request) -> Answer:
        return engine.submit(engine.fetch(request)).result(timeout=30)

    return fetch
