"""The round of a watch: what is due is sampled, and the window is looked at."""

import asyncio
import heapq
from collections.abc import Callable, Sequence

from gonogo.core.clock import seconds
from gonogo.core.outcome import Outcome
from gonogo.core.watch import Course, Progress, Window
from gonogo.probes.context import Context
from gonogo.watching.sampling import Sampler

LOOK_S = 1.0
TELL_S = 15.0


async def drive(
    context: Context,
    window: Window,
    samplers: Sequence[Sampler],
    is_over: Callable[[Progress], bool],
) -> Progress:
    """Sample until the window is over. Every sampler keeps its own pace, however slow answers are.

    One that breaks is a silent witness: what it would have said is missing, and the watch goes on.
    """
    tasks: list[set[asyncio.Task[None]]] = [set() for _ in samplers]
    now = context.now()
    due = [(now, place) for place in range(len(samplers))]
    heapq.heapify(due)
    told = now
    progress = window.at(now)
    try:
        while not is_over(progress):
            now = context.now()
            while due and due[0][0] <= now:
                at, place = heapq.heappop(due)
                sampler = samplers[place]
                if len(tasks[place]) < sampler.most:
                    task = asyncio.ensure_future(sampler.take())
                    tasks[place].add(task)
                    task.add_done_callback(tasks[place].discard)
                    task.add_done_callback(_heard)
                heapq.heappush(due, (max(at + sampler.every, now), place))
            ahead = [LOOK_S, progress.left or LOOK_S] + [due[0][0] - now] * bool(due)
            await context.sleep(max(0.001, min(ahead)))
            progress = window.at(context.now())
            if context.now() - told >= TELL_S:
                told = context.now()
                context.progress(line(progress))
    finally:
        left = [task for each in tasks for task in each]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
    return progress


def _heard(task: "asyncio.Task[None]") -> None:
    """Take note of what broke: nobody else asks for it."""
    if not task.cancelled():
        task.exception()


def line(progress: Progress) -> str:
    """Say where a watch stands, in one line: the time left, and what is not simply well."""
    shown = [
        f"{each.name}: {each.text}"
        for each in progress.triggers
        if each.odds is not None or each.outcome is not Outcome.PASS
    ]
    quiet = len(progress.triggers) - len(shown)
    more = [f"{quiet} quiet"] if quiet else []
    return f"watch: {seconds(progress.left)} left; {'; '.join([*shown, *more])}"


def decided(progress: Progress) -> bool:
    """Tell whether a watch has its answer."""
    return progress.course is not Course.UNDECIDED
