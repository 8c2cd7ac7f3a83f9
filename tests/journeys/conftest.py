"""Journeys in this process, over real sockets."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.answer import Answer, Request
from gonogo.core.journey import AuthWay, KeyWay, Way, WriteWay
from gonogo.core.observation import Observation, Reading
from gonogo.core.subject import Expectation, Polling
from gonogo.journeys.link import Link
from gonogo.journeys.walk import Timing, walked
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.reporting.redaction import Redactor
from tests.doubles.shop import KEY, PASSWORD, USER, Shop


@dataclass
class Walker:
    """Walks a journey, and keeps what a report would show."""

    engine: Engine
    context: Context
    shop: Shop
    redactor: Redactor = field(default_factory=Redactor)
    told: list[str] = field(default_factory=list)
    slept: float = 0.0

    def walk(self, way: Way, **changes: Any) -> Observation:
        return walked(replace(way, **changes), self.link(), Timing(sleep=self._sleep))

    def link(self) -> Link:
        def fetch(request: Request) -> Answer:
            return self.engine.submit(self.engine.fetch(request)).result(20)

        def silent(answer: Answer) -> Reading:
            return self.engine.submit(self.context.silent(answer)).result(20)

        return Link(
            fetch,
            silent,
            self.context.edge_in_grace,
            self.redactor.add,
            self.redactor,
            lambda title, text: self.told.append(self.redactor(f"{title}\n{text}")),
        )

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
def shop(httpserver: HTTPServer) -> Shop:
    return Shop(httpserver)


@pytest.fixture
def walker(shop: Shop) -> Iterator[Walker]:
    engine = Engine()
    context = Context(engine.fetch, control=(f"{shop.url}/health",))
    yield Walker(engine, context, shop)
    engine.close()


@pytest.fixture
def auth(shop: Shop) -> AuthWay:
    return AuthWay(
        slug="shop/login",
        url=shop.url,
        retry=Polling(3, 1.0),
        timeout=2.0,
        login="/login",
        form="json",
        fields={"username": USER, "password": PASSWORD},
        password_field="password",
        token="access_token",
        cookie=None,
        protected="/me",
        method="GET",
        expect=Expectation(status=(200,)),
        refused=(400, 401, 403, 422),
        logout="/logout",
        logout_method="POST",
        wrong_password=True,
        settle=1.0,
    )


@pytest.fixture
def key(shop: Shop) -> KeyWay:
    return KeyWay(
        slug="shop/key",
        url=shop.url,
        retry=Polling(3, 1.0),
        path="/key",
        method="GET",
        key=KEY,
        header="X-API-Key",
        prefix="",
        query=None,
        test_key=None,
        expect=Expectation(status=(200,)),
        refused=(400, 401, 403, 422),
    )


@pytest.fixture
def write(shop: Shop) -> WriteWay:
    return WriteWay(
        slug="shop/orders",
        url=shop.url,
        retry=Polling(3, 1.0),
        timeout=2.0,
        path="/orders",
        create={"name": "{mark}", "amount": 1},
        update={"name": "{mark}", "amount": 2},
        update_method="PUT",
        headers=(),
        login=None,
        id="id",
        item="@",
        list="/orders",
        items="@",
        compare=None,
        gone=(404, 410),
        settle=1.0,
        sweep=None,
    )
