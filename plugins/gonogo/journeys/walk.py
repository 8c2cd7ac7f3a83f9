"""Walk a journey, and again where an answer may have been bad luck; every attempt is kept."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from gonogo.core.clock import rfc3339
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.journey import AuthWay, KeyWay, Way, WriteWay
from gonogo.core.observation import Observation, Reading, Trail
from gonogo.core.outcome import Outcome
from gonogo.journeys.api_key import ApiKey
from gonogo.journeys.auth import Auth, Steps
from gonogo.journeys.client import Http
from gonogo.journeys.evidence import Against, Throttled
from gonogo.journeys.link import Link
from gonogo.journeys.read_write import ReadWrite
from gonogo.journeys.steps import Journey, new_mark


@dataclass(frozen=True)
class Timing:
    """The clocks of a walk."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class Attempt:
    """What one attempt found; `final` where another would not change it, `wait` in seconds."""

    reading: Reading
    final: bool
    wait: float = 0.0


def walked(way: Way, link: Link, timing: Timing = Timing()) -> Observation:
    """Walk until one attempt is good, or speaks for itself, or the attempts are used up.

    Each attempt is a walk of its own, with data of its own, and cleans up behind itself: no
    request is ever sent a second time in the hope that the first was lost.
    """
    trail, readings = Trail(), list[Reading]()
    while True:
        number = len(readings) + 1
        around = link.around(f"attempt {number}") if number > 1 else nullcontext()
        attempt = _once(way, link, timing, around)
        readings.append(attempt.reading)
        trail.add(timing.now(), rfc3339(timing.wall()), attempt.reading)
        if attempt.final or number >= way.retry.attempts:
            return trail.close(*_concluded(readings, final=attempt.final))
        timing.sleep(max(way.retry.interval, attempt.wait))


def _once(way: Way, link: Link, timing: Timing, around: AbstractContextManager[object]) -> Attempt:
    with around:
        started = timing.now()
        http = Http(link, way.url, timeout=way.timeout)
        journey = Journey(new_mark(timing.wall()), link.around)
        try:
            attempt = _attempt(_steps(way, http, journey, timing), journey)
        finally:  # also when the run is interrupted
            problems = journey.close()
        reading = attempt.reading
        told = "; ".join([reading.text, *journey.notes])
        elapsed = timing.now() - started
        outcome, text = reading.outcome, told
        if problems:
            text += f"; clean-up failed: {'; '.join(problems)}"
            outcome = Outcome.WARN if outcome is Outcome.PASS else outcome
        return Attempt(Reading(outcome, text, elapsed=elapsed), attempt.final, attempt.wait)


def _attempt(steps: Steps, journey: Journey) -> Attempt:
    journey.total = len(steps)
    try:
        for name, act in steps:
            with journey.step(name):
                act()
    except Against as error:
        return Attempt(Reading(Outcome.FAIL, f"{journey.failed}: {error}"), error.final)
    except AssertionError as error:
        return Attempt(Reading(Outcome.FAIL, f"{journey.failed}: {error}"), final=False)
    except Throttled as error:
        text = f"{journey.failed}: {error}"
        return Attempt(Reading(Outcome.UNKNOWN, text), error.wait <= 0, error.wait)
    except EvidenceUnavailable as error:
        return Attempt(Reading(Outcome.UNKNOWN, f"{journey.failed}: {error}"), final=False)
    names = ", ".join(name for name, _ in steps)
    return Attempt(Reading(Outcome.PASS, f"{len(steps)} steps: {names}"), final=True)


def _steps(way: Way, http: Http, journey: Journey, timing: Timing) -> Steps:
    match way:
        case AuthWay():
            return Auth(way, http, timing.sleep).steps()
        case KeyWay():
            return ApiKey(way, http).steps()
        case WriteWay():
            return ReadWrite(way, http, journey, timing.sleep, timing.wall).steps()
        case _:
            raise EvidenceUnavailable(f"no journey of this kind is known: {type(way).__name__}")


def _concluded(readings: list[Reading], *, final: bool) -> tuple[str | None, Reading | None]:
    """A failure among the attempts is not hidden by a later silence; a few confirm nothing."""
    last = readings[-1]
    if last.outcome in {Outcome.PASS, Outcome.WARN}:
        if len(readings) == 1:
            return None, None
        before = readings[-2].text
        text = f"{last.text}; passed at attempt {len(readings)}, before: {before}"
        return None, Reading(Outcome.WARN, text, elapsed=last.elapsed)
    failures = [each for each in readings if each.outcome is Outcome.FAIL]
    if final and last.outcome is Outcome.FAIL:
        return "an answer that cannot be bad luck", last
    if failures and len(failures) == len(readings):
        return f"{len(readings)} attempts", last
    if failures:
        few = f"{len(failures)} failing attempts among silent ones confirm nothing"
        return None, Reading(Outcome.UNKNOWN, f"{failures[-1].text}; {few}")
    return None, None
