"""A whole watch of fifteen minutes, in virtual time."""

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from gonogo.core.answer import Answer, Request, Silence
from gonogo.core.baseline import Baseline, Call
from gonogo.core.outcome import Outcome
from gonogo.core.rule import DEFAULT_RULES
from gonogo.core.signal import Signal
from gonogo.core.subject import Dependency, Endpoint, Expectation, Service
from gonogo.core.watch import Course, Progress, Span, Window
from gonogo.probes.context import Context
from gonogo.watching.drive import decided, drive, line
from gonogo.watching.sampling import Kept, samplers
from gonogo.watching.subjects import Cadence, Route, Watched, moved, routes_of

BASE, OLD = "http://app.example", "http://old.example"
API = Service("api", BASE, f"{BASE}/health", ready=f"{BASE}/ready")
ROUTES = (Route("list", f"{BASE}/list"), Route("read", f"{BASE}/read"))
WATCHED = Watched(DEFAULT_RULES, Span(), Cadence(), services=(API,), routes=ROUTES)
DICE = random.Random(7)
BEFORE = Baseline.of(
    Call(name, True, 0.05 * DICE.lognormvariate(0, 0.4)) for name in ("list", "read") * 150
)
JSON = {"content-type": "application/json"}


@dataclass
class World:
    """A service whose answers are a function of time; the time passes when somebody sleeps."""

    seconds: float = 1000.0
    down: Callable[[float], bool] = lambda _at: False
    gone: Callable[[float], bool] = lambda _at: False
    failing: Callable[[float], bool] = lambda _at: False
    slower: float = 1.0
    load: Callable[[float], float] = lambda _at: 1.0  # what it makes of the old version's times too
    body: Callable[[float], dict[str, object]] = lambda _at: {"status": "ok"}
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(3))

    def now(self) -> float:
        return self.seconds

    async def sleep(self, pause: float) -> None:
        self.seconds += pause
        for _ in range(8):
            await asyncio.sleep(0)

    async def fetch(self, request: Request) -> Answer:
        at = self.seconds - 1000.0
        self.asked.append(request.url.removeprefix(BASE))
        if self.gone(at):
            return Answer(request, silence=Silence("timeout", "timed out"), url=request.url)
        if request.url.endswith(("/health", "/ready")):
            status = 503 if self.down(at) else 200
            body = json.dumps(self.body(at)).encode()
            return Answer(request, status, JSON, body, 0.01, url=request.url)
        beside = request.url.startswith(OLD)
        took = (
            0.05 * self.load(at) * (1 if beside else self.slower) * self.dice.lognormvariate(0, 0.4)
        )
        status = 500 if self.failing(at) and not beside else 200
        return Answer(request, status, {}, b"", took, url=request.url)

    def context(self) -> Context:
        return Context(
            fetch=self.fetch,
            now=self.now,
            sleep=self.sleep,
            wall=lambda: datetime.fromtimestamp(self.seconds, UTC),
            progress=self.told.append,
        )

    def watch(self, watched: Watched = WATCHED, before: Baseline | None = BEFORE) -> Progress:
        context = self.context()
        expected = {
            slug: signal
            for slug, (signal, _) in watched.triggers().items()
            if not slug.startswith("calls/")
        }
        beside = bool(watched.beside)
        window = Window(before, watched.rules, self.seconds, watched.span, expected, beside=beside)

        async def whole() -> Progress:
            jobs = samplers(context, watched, window, Kept())
            return await drive(context, window, jobs, decided)

        return asyncio.run(whole())

    @property
    def lasted(self) -> float:
        return self.seconds - 1000.0


@pytest.mark.parametrize(
    ("world", "course", "reason", "by"),
    [
        (World(), Course.ACCEPT, "errors", 330),
        (World(slower=1.1), Course.ACCEPT, "latency", 500),
        (World(slower=2.5), Course.ROLLBACK, "latency: ", 150),
        (World(failing=lambda at: int(at) % 4 == 0), Course.ROLLBACK, "errors: ", 120),
        (World(failing=lambda at: 100 <= at < 120), Course.ACCEPT, "errors", 900),
        (World(down=lambda at: at >= 30), Course.ROLLBACK, "api/health: ", 42),
        (World(down=lambda at: 31 <= at < 39), Course.ACCEPT, "errors", 330),
        (World(down=lambda at: int(at / 5) % 3 == 0), Course.ROLLBACK, "4 of the last 10", 60),
    ],
    ids=["good", "a bit slower", "slow", "a quarter", "blip", "down", "two", "flapping"],
)
def test_a_watch_ends(world: World, course: Course, reason: str, by: float) -> None:
    found = world.watch()

    assert (found.course, world.lasted <= by) == (course, True), (found, world.lasted)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("slower", "course", "by"), [(1.0, Course.ACCEPT, 400), (3.0, Course.ROLLBACK, 120)]
)
def test_the_old_version_is_asked_beside(slower: float, course: Course, by: float) -> None:
    """under a load that doubles both, only what is slower by itself goes back"""
    world = World(slower=slower, load=lambda at: 1 + at / 200)

    found = world.watch(replace(WATCHED, beside=moved(ROUTES, BASE, OLD)))

    assert (found.course, world.lasted <= by) == (course, True), (found, world.lasted)
    assert world.asked.count(f"{OLD}/list") == pytest.approx(world.asked.count("/list"), abs=1)


def test_what_lies_elsewhere_is_not_asked_beside() -> None:
    routes = (Route("a", f"{BASE}/a"), Route("b", "http://other.example/b"), Route("c", BASE))

    assert [each.url for each in moved(routes, BASE, OLD)] == [f"{OLD}/a", OLD]
    assert moved((Route("d", f"{BASE}.evil/d"),), BASE, OLD) == ()


def test_everything_is_sampled_at_its_rate() -> None:
    world = World()
    watched = replace(WATCHED, cadence=Cadence(rate=2.0, health=5.0), span=Span(60.0, 60.0))

    world.watch(watched)

    assert world.asked.count("/health") == pytest.approx(12, abs=1)
    assert world.asked.count("/list") == pytest.approx(60, abs=2)
    assert world.asked.count("/read") == pytest.approx(60, abs=2)


def test_a_live_line_has_the_time_left_and_each_trigger() -> None:
    world = World(slower=1.1)
    world.watch()

    assert len(world.told) >= 19
    assert world.told[3].startswith("watch: 14m0")
    assert " left; errors: 0.0% of 6" in world.told[3]
    assert "latency: " in world.told[3]
    assert world.told[3].endswith("; 1 quiet")


class TestTheRunnersOwnNetwork:
    """Its silence is no failure, and moves the end."""

    def test_a_gap_of_two_minutes(self) -> None:
        world = World(gone=lambda at: 200 <= at < 320)

        found = world.watch(before=None)

        assert found.course is Course.ACCEPT
        assert world.lasted == pytest.approx(1020, abs=5)

    def test_a_network_that_is_gone(self) -> None:
        world = World(gone=lambda _at: True)

        found = world.watch()

        assert found.course is Course.INCONCLUSIVE
        assert world.lasted == pytest.approx(1200, abs=2)


class TestDependenciesAndSignals:
    """What the service itself says."""

    def test_a_critical_dependency_rolls_back(self) -> None:
        database = Dependency("api/database", API, "database", critical=True)
        world = World(
            body=lambda at: {"status": "ok", "database": "down" if at > 60 else "up"},
        )

        found = world.watch(replace(WATCHED, dependencies=(database,)))

        assert (found.course, world.lasted < 80) == (Course.ROLLBACK, True)
        assert found.reason.startswith("api/database: ")

    @pytest.mark.parametrize(
        ("level", "course", "by"),
        [
            (lambda _at: 0.5, Course.ACCEPT, 330),
            (lambda at: 0.97 if at > 100 else 0.5, Course.ROLLBACK, 135),
            (lambda _at: 0.92, Course.ROLLBACK, 75),
            (lambda at: 0.92 if at % 60 < 40 else 0.5, Course.ACCEPT, 400),
        ],
        ids=["level", "95 %", "a minute above 90 %", "not for a minute"],
    )
    def test_memory(self, level: Callable[[float], float], course: Course, by: float) -> None:
        memory = Signal(
            "api/memory", "memory", "health", "api", API.live, queries={"value": "memory"}
        )
        world = World(body=lambda at: {"status": "ok", "memory": level(at)})

        found = world.watch(replace(WATCHED, signals=(memory,)))

        assert (found.course, world.lasted <= by) == (course, True), (found, world.lasted)

    def test_counted_errors_are_judged_apart(self) -> None:
        counted = Signal(
            "api/error-rate",
            "error-rate",
            "health",
            "api",
            API.live,
            queries={"value": "rate"},
            every=5.0,
        )
        world = World(body=lambda _at: {"status": "ok", "nothing": 1})

        found = world.watch(replace(WATCHED, signals=(counted,)))

        trigger = next(each for each in found.triggers if each.name == "api/error-rate")
        assert (found.course, trigger.outcome) == (Course.INCONCLUSIVE, Outcome.UNKNOWN)
        assert found.reason == "api/error-rate: 0 calls, 20 needed"


def test_a_sampler_that_breaks_is_a_silent_witness() -> None:
    world = World()
    world.body = lambda _at: {"status": {1, 2}}  # json.dumps breaks

    found = world.watch()

    assert (found.course, found.reason) == (Course.INCONCLUSIVE, "api/health: no reading yet")


def test_what_is_read_of_the_endpoints_is_called() -> None:
    get = Endpoint("api/list", f"{BASE}/list", expect=Expectation((200,)))
    post = Endpoint("api/make", f"{BASE}/make", method="POST")
    own = Signal("api/latency", "latency", "probe", "api", f"{BASE}/own", route="/own")

    named = [
        [route.name for route in routes_of({"api": API}, endpoints, signals)]
        for endpoints, signals in (
            ({"api/list": get, "api/make": post}, {}),
            ({"api/list": get}, {"api/latency": own}),
            ({}, {}),
        )
    ]

    assert named == [["api/list"], ["/own"], ["api/health"]]


def test_the_line_of_a_window_without_a_baseline() -> None:
    assert "latency: not compared" in line(Window(None).at(0.0))
