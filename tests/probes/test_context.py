"""Whose fault is silence? The edge's, the runner's network's, or the release's."""

import asyncio

import pytest

from gonogo.core.answer import Request
from gonogo.core.outcome import Outcome
from gonogo.core.subject import Polling, Service
from gonogo.probes.liveness import alive

from .fake import URL, Script, World, answer, see, silence

CONTROL, OTHER = "http://control/", "http://other/"
SERVICE = Service("api", "http://service", URL, startup=Polling(3, 1.0))
KINDS = ["dns", "route", "refused", "reset", "tls", "timeout", "closed"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("controls", "outcome"),
    [
        ({}, "UNKNOWN"),
        ({CONTROL: answer()}, "FAIL"),
        ({CONTROL: answer(503)}, "FAIL"),
        ({CONTROL: silence()}, "UNKNOWN"),
        ({CONTROL: silence(), OTHER: answer()}, "FAIL"),
        ({CONTROL: silence(), OTHER: silence()}, "UNKNOWN"),
    ],
    ids=["none", "answers", "answers badly", "silent", "one of two", "both silent"],
)
def test_control_urls_decide(kind: str, controls: dict[str, Script], outcome: str) -> None:
    world = World([silence(kind)], controls)
    seen = see(alive(world.context(control=tuple(controls)), SERVICE))

    assert seen.reading.outcome is Outcome[outcome]
    assert (seen.reading.signal == "unreachable") is (outcome == "FAIL")


def test_on_the_own_machine_silence_is_evidence() -> None:
    seen = see(alive(World([silence()]).context(own_network=True), SERVICE))

    assert (seen.reading.outcome, seen.reading.signal) == (Outcome.FAIL, "unreachable")


@pytest.mark.parametrize("kind", ["protocol", "redirects", "too-large"])
def test_what_is_no_answer_is_evidence_without_a_control(kind: str) -> None:
    assert see(alive(World([silence(kind)]).context(), SERVICE)).reading.outcome is Outcome.FAIL


def test_many_silent_checks_ask_the_control_once() -> None:
    world = World([silence()], {CONTROL: answer()})
    context = world.context(control=(CONTROL,))

    async def many() -> None:
        silent = silence()(Request(URL))
        await asyncio.gather(*(context.silent(silent) for _ in range(100)))

    asyncio.run(many())

    assert len(world.asked) == 1


@pytest.mark.parametrize(
    ("script", "now", "edge"),
    [
        (answer(502, server="cloudflare"), 0.0, True),
        (answer(503, server="railway-edge"), 59.0, True),
        (answer(503, server="railway-edge"), 60.0, False),
        (answer(522, cf_ray="1"), 0.0, True),
        (answer(502, x_render_routing="no-server"), 0.0, True),
        (answer(500, server="cloudflare"), 0.0, False),
        (answer(502, server="uvicorn"), 0.0, False),
        (answer(502), 0.0, False),
        (answer(404, server="cloudflare"), 0.0, False),
        (silence(), 0.0, False),
    ],
    ids=[
        "cloudflare",
        "railway",
        "after grace",
        "522",
        "render",
        "500 is its own",
        "an application's 502",
        "nobody's 502",
        "404",
        "silence",
    ],
)
def test_the_edge_in_grace(script: Script, now: float, *, edge: bool) -> None:
    context = World([script], time=now).context(grace_until=60.0)

    assert context.edge_in_grace(script(Request(URL))) is edge
