"""What stops to speak half way, or speaks of something else, is no proof: whole watches of it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gonogo.core.answer import Answer, Request
from gonogo.core.outcome import Outcome
from gonogo.core.signal import Signal
from gonogo.core.subject import Version
from gonogo.core.watch import Course, Progress
from gonogo.probes.context import Context
from gonogo.watching.sampling import ended
from gonogo.watching.subjects import Route

from .test_drive import API, BASE, BEFORE, WATCHED, World

OLD, NEW = "0000000", "abc1234"
VERSIONED = replace(API, version=Version(f"{BASE}/version", "version", 60.0))
COUNTED = Signal(
    "api/served",
    "error-rate",
    "metrics",
    "api",
    f"{BASE}/metrics",
    queries={"total": "calls_total", "errors": 'calls_total{status="500"}'},
    every=5.0,
)
USED = Signal(
    "api/memory",
    "memory",
    "metrics",
    "api",
    f"{BASE}/metrics",
    queries={"used": "used_bytes"},
    maximum=100.0,
)


@dataclass
class Odd(World):
    """A world in which some paths answer differently: what `odd` returns takes precedence."""

    odd: Callable[[float, str], dict[str, Any] | None] = lambda _at, _path: None
    put_back: Callable[[float], float] = lambda _at: 0.0

    async def fetch(self, request: Request) -> Answer:
        at = self.seconds - 1000.0
        path = request.url.removeprefix(BASE)
        found = self.odd(at, path)
        if found is None:
            return await super().fetch(request)
        self.asked.append(path)
        return Answer(**{"request": request, "elapsed": 0.05, "url": request.url, **found})

    def context(self) -> Context:
        made = super().context()
        made.wall = lambda: datetime.fromtimestamp(
            self.seconds - self.put_back(self.seconds - 1000.0), UTC
        )
        made.commit = NEW
        return made


def after(
    start: float, *paths: str, **answer: Any
) -> Callable[[float, str], dict[str, Any] | None]:
    return lambda at, path: answer if at >= start and path in paths else None


def exposition(text: str) -> dict[str, Any]:
    return {"status": 200, "headers": {"content-type": "text/plain"}, "body": text.encode()}


def used(level: Callable[[float], float]) -> Callable[[float, str], dict[str, Any] | None]:
    """Metrics that tell this level of 100."""
    return lambda at, path: exposition(f"used_bytes {level(at)}\n") if path == "/metrics" else None


def outcome(found: Progress, name: str) -> tuple[Outcome, str, str | None]:
    trigger = next(each for each in found.triggers if each.name == name)
    return trigger.outcome, trigger.signal, trigger.confirmed_by


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 401},
        {"status": 429},
        {"status": 200, "redirects": (f"{BASE}/list",), "url": f"{BASE}/login"},
    ],
    ids=["401", "429", "login"],
)
def test_calls_that_say_nothing_from_some_time_on(answer: dict[str, Any]) -> None:
    world = Odd(odd=after(200.0, "/list", **answer))

    found = world.watch()

    assert found.course is Course.INCONCLUSIVE
    assert world.lasted == pytest.approx(900, abs=2)
    assert found.reason.startswith("errors: list: nothing known for 11m")
    assert outcome(found, "errors")[0] is Outcome.UNKNOWN


def test_a_route_that_never_says_anything_is_left_out() -> None:
    world = Odd(odd=after(0.0, "/list", status=404))
    elsewhere = replace(BEFORE, routes={"read": BEFORE.routes["read"]})

    assert world.watch(before=elsewhere).course is Course.ACCEPT


def test_a_route_that_the_version_before_had_and_this_one_lost_is_no_go() -> None:
    found = Odd(odd=after(0.0, "/list", status=404)).watch()

    assert found.course is Course.INCONCLUSIVE
    assert found.reason.startswith("errors: list: the version before answers")


def test_a_login_page_is_right_where_it_was_asked_for() -> None:
    request = Request(f"{BASE}/login")
    well = Answer(request, 200, redirects=(f"{BASE}/login",), url=f"{BASE}/login/")
    turned = Answer(Request(f"{BASE}/me"), 200, redirects=(BASE,), url=f"{BASE}/login")
    context = World().context()

    assert asyncio.run(ended(context, well, Route("login", request.url))) is True
    assert asyncio.run(ended(context, turned, Route("me", f"{BASE}/me", status=(200,)))) is None


def test_a_redirect_that_is_expected_is_not_followed() -> None:
    assert Route("old", f"{BASE}/old", status=(301, 302)).request.max_redirects == 0
    assert Route("list", f"{BASE}/list", status=(200,)).request.max_redirects == 5


def counter(total: float, errors: float = 0.0) -> dict[str, Any]:
    return exposition(
        f'calls_total{{status="200"}} {total}\ncalls_total{{status="500"}} {errors}\n'
    )


COUNTERS: list[tuple[Callable[[float], dict[str, Any]], Course, str]] = [
    (lambda at: counter(1000 + 5 * at), Course.ACCEPT, "errors"),
    (lambda at: counter(5 * at if at > 150 else 1000 + 5 * at), Course.ACCEPT, "errors"),
    (lambda at: counter(1000 + 5 * min(at, 100)), Course.INCONCLUSIVE, "no calls"),
    (
        lambda at: {"status": 500} if at > 200 else counter(1000 + 5 * at),
        Course.INCONCLUSIVE,
        "api/served: nothing known for 1",
    ),
    (
        lambda at: counter(float("nan") if at > 200 else 1000 + 5 * at),
        Course.INCONCLUSIVE,
        "api/served: nothing known for 1",
    ),
    (lambda at: counter(1000 + 5 * at, max(0.0, at - 100)), Course.ROLLBACK, "api/served"),
]


@pytest.mark.parametrize(
    ("answer", "course", "reason"),
    COUNTERS,
    ids=["well", "reset", "frozen", "500", "nan", "a fifth fails"],
)
def test_what_another_counts(
    answer: Callable[[float], dict[str, Any]], course: Course, reason: str
) -> None:
    world = Odd(odd=lambda at, path: answer(at) if path == "/metrics" else None)

    found = world.watch(replace(WATCHED, signals=(COUNTED,)))

    assert found.course is course, found
    assert reason in found.reason


def test_a_level_that_falls_silent_in_the_end() -> None:
    def odd(at: float, path: str) -> dict[str, Any] | None:
        answer = exposition("used_bytes 50\n") if at < 230 else {"status": 503}
        return answer if path == "/metrics" else None

    world = Odd(odd=odd)

    found = world.watch(replace(WATCHED, signals=(USED,)))

    assert found.course is Course.INCONCLUSIVE
    assert found.reason.startswith("api/memory: ")


@pytest.mark.parametrize("hours", [1, -1], ids=["back", "forward"])
def test_a_clock_that_is_moved_hides_no_leak(hours: int) -> None:
    world = Odd(
        odd=used(lambda at: 97 if at > 80 else 50), put_back=lambda at: 3600.0 * hours * (at > 50)
    )

    found = world.watch(replace(WATCHED, signals=(USED,)))

    assert (found.course, world.lasted <= 120) == (Course.ROLLBACK, True), found


def test_a_pool_that_is_full_at_the_end_holds() -> None:
    pool = replace(USED, slug="api/db-pool", signal="db-pool")
    world = Odd(slower=1.5, odd=used(lambda at: 97 if at > 860 else 50))

    found = world.watch(replace(WATCHED, signals=(pool,)), before=None)

    assert found.course is Course.INCONCLUSIVE
    assert outcome(found, "api/db-pool") == (Outcome.FAIL, "db-pool", "not yet")


class TestTheVersion:
    """The old version may come back, on all instances or on some of them."""

    @pytest.mark.parametrize(
        ("served", "course", "confirmed", "by"),
        [
            (lambda _at: NEW, Course.ACCEPT, None, 330),
            (lambda at: OLD if at > 100 else NEW, Course.INCONCLUSIVE, "3 consecutive", 120),
            (
                lambda at: OLD if at > 100 and int(at / 5) % 2 else NEW,
                Course.INCONCLUSIVE,
                "4 of the last 10",
                905,
            ),
            (lambda at: OLD if 100 < at < 109 else NEW, Course.ACCEPT, None, 330),
        ],
        ids=["serves", "gone", "mixed", "for a moment"],
    )
    def test_it_is_seen(
        self, served: Callable[[float], str], course: Course, confirmed: str | None, by: float
    ) -> None:
        def odd(at: float, path: str) -> dict[str, Any] | None:
            body = json.dumps({"version": served(at)}).encode()
            return {"status": 200, "body": body} if path == "/version" else None

        world = Odd(odd=odd)

        found = world.watch(replace(WATCHED, services=(VERSIONED,)))

        assert (found.course, world.lasted <= by) == (course, True), found
        assert outcome(found, "api/health")[2] == confirmed
        if confirmed:
            assert outcome(found, "api/health")[1] == "not-live"
            assert f"version {OLD} serves, expected {NEW}" in found.reason


def test_calls_that_hang_do_not_keep_health_from_being_asked() -> None:
    class Stuck(World):
        async def fetch(self, request: Request) -> Answer:
            if request.url.endswith(("/list", "/read")):
                self.asked.append("call")
                await asyncio.Event().wait()
            return await super().fetch(request)

    world = Stuck(down=lambda at: at > 300)
    found = world.watch()

    assert (found.course, world.lasted <= 320) == (Course.ROLLBACK, True), found
    assert world.asked.count("call") == 12


def test_the_runners_own_silence_is_no_time_in_which_a_release_proves_itself() -> None:
    world = World(gone=lambda at: 60 <= at < 100)

    found = world.watch()

    assert (found.course, 335 <= world.lasted <= 400) == (Course.ACCEPT, True), world.lasted
