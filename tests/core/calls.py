"""Calls as a service of three routes would answer them, drawn from a seed."""

import random
from collections.abc import Callable, Iterator

from gonogo.core.baseline import Baseline, Call
from gonogo.core.watch import Progress, Window

ROUTES = {"list": 0.04, "read": 0.02, "write": 0.12}


def drawn(dice: random.Random, slower: float = 1.0, failing: float = 0.0) -> Call:
    """One call; its time is lognormal around the median of its route."""
    route = dice.choice(list(ROUTES))
    seconds = ROUTES[route] * slower * dice.lognormvariate(0.0, 0.5)
    return Call(route, dice.random() >= failing, seconds)


def before(count: int = 300, seed: int = 1, failing: float = 0.005) -> Baseline:
    """What the release before answered."""
    dice = random.Random(seed)
    return Baseline.of(drawn(dice, failing=failing) for _ in range(count))


def stream(
    until: float,
    rate: float = 1.0,
    seed: int = 2,
    slower: Callable[[float], float] = lambda _at: 1.0,
    failing: Callable[[float], float] = lambda _at: 0.0,
) -> Iterator[tuple[float, Call]]:
    """`rate` calls a second, with their times."""
    dice = random.Random(seed)
    for index in range(int(until * rate)):
        at = index / rate
        yield at, drawn(dice, slower(at), failing(at))


def watched(window: Window, calls: Iterator[tuple[float, Call]], until: float = 900.0) -> Progress:
    """Feed the calls, look every 5 s, and return the first state that says what to do."""
    look = 5.0
    for at, call in calls:
        while at >= look:
            progress = window.at(look)
            if progress.course != "undecided":
                return progress
            look += 5.0
        window.request(at, call.route, call.ok, call.seconds)
    while look <= until:
        progress = window.at(look)
        if progress.course != "undecided":
            return progress
        look += 5.0
    return window.at(until)
