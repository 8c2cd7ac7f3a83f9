"""One awake run: its options, its plan, and the engine that asks."""

import contextlib
import queue
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gonogo.config.load import Plan
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome, Stage
from gonogo.plugin.confirmation import approved
from gonogo.plugin.options import Options
from gonogo.reporting.redaction import Redactor

if TYPE_CHECKING:
    from gonogo.probes.context import Context

SAY_EVERY_S = 1.0


@dataclass(frozen=True)
class Ask:
    """One question: a kind of probe, the subject, and what a failure means."""

    kind: str
    slug: str
    subject: Any = field(repr=False)
    signal: str = "smoke"
    service: str | None = None
    critical: bool = False

    def __repr__(self) -> str:
        return f"{self.kind} {self.slug}"


class Prober:
    """Asks whole waves at once on the engine, and hands each item its own answer."""

    def __init__(self, context: "Context", plan: Plan, tell: Callable[[str], None]) -> None:
        from gonogo.probes.engine import Engine  # noqa: PLC0415 - a predeploy run does not need it
        from gonogo.probes.table import observe  # noqa: PLC0415 - as above

        self._engine = Engine()
        self._observe = observe
        self._context = context
        self._plan = plan
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._tell = tell
        self._news: dict[str, str] = {}
        self._said = 0.0
        self._futures: dict[tuple[str, str], Future[Observation]] = {}
        self._alive: dict[str, Observation] = {}
        context.fetch = self._engine.fetch
        context.progress = self._lines.put

    def start(self, wave: Iterable[Ask]) -> None:
        """Start the probes of a wave; those already under way are left alone."""
        new = {
            (ask.kind, ask.slug): self._observe(ask, self._context, self._plan)
            for ask in wave
            if (ask.kind, ask.slug) not in self._futures and self._blocked(ask) is None
        }
        self._futures.update(zip(new, self._engine.submit_all(new.values()), strict=True))

    def answer(self, ask: Ask) -> Observation:
        """Wait for one answer; a second call asks anew."""
        blocked = self._blocked(ask)
        if blocked is not None:
            return Observation(Reading(Outcome.UNKNOWN, blocked))
        self.start([ask])
        future = self._futures.pop((ask.kind, ask.slug))
        while True:
            with contextlib.suppress(FutureTimeout):
                observation = future.result(timeout=0.2 if not future.done() else None)
                break
            self._say()
        if observation.good:
            self._engine.wait_for_rush()
        if ask.kind in {"live", "release"} and ask.service is not None:
            known = self._alive.get(ask.service)
            if known is None or known.good:
                self._alive[ask.service] = observation
        return observation

    def _blocked(self, ask: Ask) -> str | None:
        known = self._alive.get(ask.service or "")
        if ask.kind == "release" or known is None or known.good:
            return None
        if ask.kind == "live" and known.reading.signal != "not-live":
            return None
        return f"not run, because level 1 of {ask.service} failed: {known.reading.text}"

    def _say(self) -> None:
        """Pass on what the probes wait for: the newest word of each, at most once a second."""
        while not self._lines.empty():
            name, _, text = self._lines.get().partition(": ")
            self._news[name] = text
        now = time.monotonic()
        if self._news and now - self._said >= SAY_EVERY_S:
            self._said = now
            (name, text), *others = self._news.items()
            self._news.clear()
            more = f" (and {len(others)} more)" if others else ""
            self._tell(f"{name}: {text}{more}")

    def close(self) -> None:
        """Cancel what is under way and end the engine's thread."""
        self._engine.cancel_all()
        self._engine.close()


class Run:
    """Everything that lives from waking up to the end of the session."""

    def __init__(self, options: Options, plan: Plan, *, booted: bool) -> None:
        self.options = options
        self.plan = plan
        self.booted = booted
        self.started = time.monotonic()
        self.waves: dict[str, list[Ask]] = {}
        self.tables: dict[str, dict[str, Ask]] = {}
        self.redact = Redactor()
        self.redact.add(plan.secrets)
        self.tell: Callable[[str], None] = lambda _line: None
        self.prefetch = True
        self._begun: set[str] = set()
        self._prober: Prober | None = None
        self._environment: Any = None

    @property
    def prober(self) -> Prober:
        """The prober, made at the first question."""
        if self._prober is None:
            from gonogo.probes.context import Context  # noqa: PLC0415 - as above

            now = time.monotonic
            postdeploy = self.options.stage in {None, Stage.POSTDEPLOY}
            context = Context(
                fetch=_not_yet,
                control=self.plan.target.control,
                own_network=self.booted,
                commit=self.options.commit,
                any_version=self.booted or self.options.stage is Stage.SCHEDULED,
                grace_until=self.started + self.plan.target.grace if postdeploy else 0.0,
                now=now,
            )
            self._prober = Prober(context, self.plan, self.tell)
        return self._prober

    @property
    def environment(self) -> Any:
        """The values that the release will start with, read once."""
        if self._environment is None:
            from gonogo.plugin.candidate import Candidate  # noqa: PLC0415 - only predeploy needs it

            self._environment = Candidate(self.plan, self.options.choice.env_files)
            self.redact.add(self._environment.secrets)
        return self._environment

    def read_environment(self) -> None:
        """Read the values now; raises ConfigError where a file cannot be read."""
        _ = self.environment

    def observe(self, ask: Ask, wave: str) -> Observation:
        """Answer one question of an item."""
        if ask.kind in {"variable", "file", "group"}:
            observation: Observation = self.environment.observe(ask)
            return observation
        if ask.kind == "approval":
            return approved(ask.subject, self.options.confirm)
        if self.prefetch and wave not in self._begun:
            self._begun.add(wave)  # once: what is answered is not asked again
            self.prober.start(self.waves.get(wave, ()))
        return self.prober.answer(ask)

    def close(self) -> None:
        """End the engine; harmless when there is none."""
        if self._prober is not None:
            self._prober.close()


async def _not_yet(_request: Any) -> Any:
    raise EvidenceUnavailable("the engine has not started")
