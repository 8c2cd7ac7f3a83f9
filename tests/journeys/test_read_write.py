"""One thing from its creation to its end: what each broken store leads to, and what stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug import Request, Response

from gonogo.core.journey import AuthWay, WriteWay
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Polling
from gonogo.journeys.steps import new_mark
from tests.doubles.shop import PAGE, PASSWORD, Answer, Fault, Shop, at, reply

from .conftest import Walker

PASS, WARN, FAIL, UNKNOWN = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN
ONCE = Polling(1, 0.0)
ORDERS = "/orders*"


def late(shop: Shop, method: str, times: int, instead: Response) -> Fault:
    """Answer the first requests for single orders as if the last change had not happened yet."""
    left = [times]

    def answer(_request: Request) -> Answer:
        left[0] -= 1
        return instead if left[0] >= 0 else None

    return at(method, "/orders/*", answer)


def _unlisted(shop: Shop, times: int) -> Fault:
    left = [times]

    def answer(_request: Request) -> Answer:
        left[0] -= 1
        return reply([{"id": -n, "name": "x"} for n in range(20)]) if left[0] >= 0 else None

    return at("GET", "/orders", answer)


Break = Callable[[Shop], Fault]
BROKEN: dict[str, tuple[Break, Outcome, str]] = {
    "well": (lambda _s: lambda _r: None, PASS, "6 steps: create, read it back"),
    "create echoes": (
        lambda _s: at("POST", "/orders", lambda r: reply({"id": 77, **r.get_json()}, 201)),
        FAIL,
        "step 2 of 6, read it back: GET",
    ),
    "create is a page": (
        lambda _s: at("POST", "/orders", Response(PAGE, 200, content_type="text/html")),
        FAIL,
        "step 1 of 6, create: POST",
    ),
    "create says nothing": (
        lambda _s: at("POST", "/orders", reply(status=204)),
        FAIL,
        "no id at 'id', the answer has no body",
    ),
    "another text": (
        lambda _s: at("GET", "/orders/*", reply({"name": "x", "amount": 1})),
        FAIL,
        "not what was written: name is another",
    ),
    "update forgotten": (
        lambda _s: at("PUT", "/orders/*", reply({})),
        FAIL,
        "step 3 of 6, update: GET",
    ),
    "not in the list": (
        lambda _s: at("GET", "/orders", reply([{"id": 9, "name": "other"}])),
        FAIL,
        "step 4 of 6, find it in the list: not among the 1 entries",
    ),
    "a full page without it": (
        lambda _s: at("GET", "/orders", reply([{"id": -n, "name": "x"} for n in range(20)])),
        UNKNOWN,
        "there may be more pages; fix: list = ",
    ),
    "a total says there is more": (
        lambda _s: at("GET", "/orders", reply({"items": [], "total": 7})),
        UNKNOWN,
        "there may be more pages",
    ),
    "a cursor says there is more": (
        lambda _s: at("GET", "/orders", reply({"items": [{"id": 0}], "next_cursor": "b2Zm"})),
        UNKNOWN,
        "there may be more pages",
    ),
    "a count of this page": (
        lambda _s: at("GET", "/orders", reply({"items": [{}] * 20, "count": 20})),
        UNKNOWN,
        "there may be more pages",
    ),
    "a total says that this is all": (
        lambda _s: at("GET", "/orders", reply({"items": [{}] * 20, "total": 20})),
        FAIL,
        "not among the 20 entries",
    ),
    "listed late": (lambda s: _unlisted(s, 3), PASS, "6 steps"),
    "delete does nothing": (
        lambda _s: at("DELETE", "/orders/*", reply(status=204)),
        FAIL,
        "step 6 of 6, see that it is gone",
    ),
    "delete refused": (
        lambda _s: at("DELETE", "/orders/*", reply({}, 403)),
        FAIL,
        "step 5 of 6, delete: DELETE",
    ),
    "read limit": (lambda _s: at("GET", "/orders/*", reply({}, 429)), UNKNOWN, "a rate limit"),
    "seen late": (lambda s: late(s, "GET", 3, reply({}, 404)), PASS, "6 steps"),
    "seen too late": (lambda s: late(s, "GET", 9, reply({}, 404)), FAIL, "1s after the change"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_walk_of_one_thing(walker: Walker, write: WriteWay, name: str) -> None:
    broken, outcome, text = BROKEN[name]
    walker.shop.fault = broken(walker.shop)
    items = "items" if name.startswith(("a total", "a c")) else "@"
    seen = walker.walk(write, retry=ONCE, items=items)

    assert seen.reading.outcome is outcome, seen
    assert text in seen.reading.text
    kept = {"delete does nothing", "delete refused"}
    assert (walker.shop.orders == {}) is (name not in kept)
    if name == "delete refused":
        assert "clean-up failed: gonogo-" in seen.reading.text


def test_pages_are_followed_and_the_token_stays_on_the_host(
    walker: Walker, write: WriteWay
) -> None:
    shop = walker.shop
    shop.page_size = 2
    shop.orders = {n: {"id": n, "name": "old"} for n in range(-9, 0)}
    assert walker.walk(write).reading.outcome is PASS

    shop.page_size = 1000
    shop.fault = at(
        "GET", "/orders", lambda r: None if "page" in r.args else reply(_next(shop, "//evil/"))
    )
    assert walker.walk(write, items="items || @").reading.outcome is PASS


def _next(shop: Shop, host: str) -> dict[str, Any]:
    return {"items": [{"id": 0}], "next": f"http:{host}orders?page=2"}


@pytest.mark.parametrize("located", [True, False], ids=["location", "list"])
def test_a_location_or_the_list_tells_where_it_is(
    walker: Walker, write: WriteWay, *, located: bool
) -> None:
    shop = walker.shop

    def without_body(request: Request) -> Response:
        place = f"{shop.url}/orders/{_id(shop.served(request))}"
        return reply(None, 201, Location=place) if located else reply(None, 201)

    shop.fault = at("POST", "/orders", without_body)
    seen = walker.walk(write, retry=ONCE)

    assert seen.reading.outcome is PASS, seen


def _id(response: Response) -> int:
    body: Any = response.get_json()
    return int(body["id"])


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_nothing_stays_behind_when_a_step_fails(
    walker: Walker, write: WriteWay, method: str
) -> None:
    walker.shop.fault = at(method, "/orders/*", reply({}, 500))
    seen = walker.walk(write)

    assert (seen.reading.outcome, seen.attempts) == (FAIL, 3)
    assert walker.shop.seen.count("POST /orders") == 3, "each attempt is a walk of its own"
    assert walker.shop.orders == {}


def test_nothing_stays_behind_when_the_answer_to_the_creation_is_lost(
    walker: Walker, write: WriteWay
) -> None:
    shop = walker.shop

    def lost(request: Request) -> Response:
        shop.served(request)
        return reply({}, 502)

    shop.fault = at("POST", "/orders", lost)
    seen = walker.walk(write, retry=ONCE)

    assert seen.reading.outcome is FAIL
    assert shop.orders == {}


def test_nothing_stays_behind_when_the_run_is_interrupted(walker: Walker, write: WriteWay) -> None:
    link = walker.link()
    fetch = link.fetch

    def interrupted(request: Any) -> Any:
        if request.method == "PUT":
            raise KeyboardInterrupt
        return fetch(request)

    walker.link = lambda: type(link)(interrupted, link.silent)  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        walker.walk(write)

    assert walker.shop.seen.count("POST /orders") == 1
    assert walker.shop.orders == {}


def test_a_clean_up_that_fails_is_told_and_decides_nothing(
    walker: Walker, write: WriteWay, auth: AuthWay
) -> None:
    walker.shop.fault = at("POST", "/logout", reply({}, 500))
    seen = walker.walk(write, login=auth)

    assert seen.reading.outcome is WARN
    assert "clean-up failed: POST" in seen.reading.text


def test_what_needs_a_login_logs_in_and_out(walker: Walker, write: WriteWay, auth: AuthWay) -> None:
    walker.redactor.add([PASSWORD])
    shop = walker.shop
    shop.fault = lambda r: (
        reply({}, 401)
        if "orders" in r.path and r.headers.get("Authorization", "")[7:] not in shop.tokens
        else None
    )
    seen = walker.walk(write, login=auth)

    assert seen.reading.text.startswith("7 steps: log in, create"), seen
    assert (shop.tokens, shop.orders) == (set(), {})


def test_a_sweep_removes_old_leftovers_of_ours_alone(walker: Walker, write: WriteWay) -> None:
    now = datetime.now(UTC)
    old, young = new_mark(now - timedelta(hours=2)), new_mark(now - timedelta(minutes=5))
    names = [old, young, "gonogo", f"{old} of a customer", "an order"]
    walker.shop.orders = {-n: {"id": -n, "name": name} for n, name in enumerate(names, 1)}
    seen = walker.walk(write, sweep=3600.0)

    assert seen.reading.outcome is PASS, seen
    assert [each["name"] for each in walker.shop.orders.values()] == names[1:]
    assert "; leftovers of earlier runs removed: 1" in seen.reading.text


def test_a_sweep_that_fails_is_told_and_decides_nothing(walker: Walker, write: WriteWay) -> None:
    old = new_mark(datetime.now(UTC) - timedelta(hours=2))
    walker.shop.orders = {-1: {"id": -1, "name": old}}
    stuck = at("DELETE", "/orders/-1", reply({}, 500))
    for fault in (stuck, at("GET", "/orders", reply({}, 500))):
        walker.shop.fault = fault
        seen = walker.walk(write, sweep=3600.0, list="/orders" if fault is stuck else "/none")
        assert (seen.reading.outcome is PASS) is (fault is stuck), seen
    assert "leftovers could not be swept" in seen.reading.text


@pytest.mark.parametrize("proven", [True, False], ids=["proven", "unproven"])
def test_a_silence_on_the_way_is_judged_by_the_control_urls(
    walker: Walker, write: WriteWay, *, proven: bool
) -> None:
    if not proven:
        walker.context.control = ("http://127.0.0.1:9/",)
    seen = walker.walk(write, url="http://127.0.0.1:9", retry=Polling(3, 0.0))

    assert seen.reading.outcome is (FAIL if proven else UNKNOWN)
    assert seen.attempts == 3
    assert "step 1 of 6, create: POST http://127.0.0.1:9/orders" in seen.reading.text
