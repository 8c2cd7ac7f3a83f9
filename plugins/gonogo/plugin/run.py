"""One awake run: its options, its plan, and what answers its questions."""

import functools
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from gonogo.config.load import Plan
from gonogo.core.before import Before
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.finding import Finding
from gonogo.core.observation import Observation
from gonogo.core.outcome import Stage
from gonogo.plugin.answers import ANSWERS, answered
from gonogo.plugin.ask import Ask
from gonogo.plugin.options import Options
from gonogo.plugin.past import PastRuns
from gonogo.plugin.prober import Prober
from gonogo.reporting.redaction import Redactor
from gonogo.reporting.waiting import Waiting

_BEFORE: dict[str, tuple[str, ...]] = {"release": (), "today": (), "live": ("release",)}


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
        self.waiting: Waiting | None = None  # where it can be said what a check waits for
        self.gone: Callable[[], str | None] = lambda: None
        self.prefetch = True
        self.triggers: frozenset[str] = frozenset()  # those that are asked for in this run
        self.watches = False  # whether the watch was asked for by name
        self.shows_steps = False  # whether a report can show what happens inside a check
        kept = None if os.environ.get("GONOGO_NO_HISTORY") else plan.document.history
        self.past = PastRuns(kept, plan.project, plan.root)
        self.seen: list[Finding] = []  # by this process, for its hints in a report
        self._begun: set[str] = set()
        self._prober: Prober | None = None
        self._environment: Any = None
        self._watch: Any = None

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
                gone=self.gone,
                before=self._before,
            )
            self._prober = Prober(context, self.plan, self.tell)
        return self._prober

    @functools.cache  # noqa: B019 - a run lives as long as its process
    def _before(self) -> Before:
        from gonogo.plugin.before import before  # noqa: PLC0415 - few questions need it

        return before(self)

    def tell(self, line: str | None) -> None:
        """Say what a check waits for; None: the wait is over."""
        if self.waiting is not None and line is not None:
            self.waiting.tell(self.redact(line))
        elif self.waiting is not None:
            self.waiting.over()

    @property
    def environment(self) -> Any:
        """The values that the release will start with, read once."""
        if self._environment is None:
            from gonogo.plugin.candidate import Candidate  # noqa: PLC0415 - only predeploy needs it

            self._environment = Candidate(self.plan, self.options.choice.env_files)
            self.redact.add(self._environment.secrets)
        return self._environment

    @property
    def watch(self) -> Any:
        """The watch window of this process: all triggers share it."""
        if self._watch is None:
            from gonogo.plugin.watching import Watch  # noqa: PLC0415 - few runs watch

            self._watch = Watch(self)
        return self._watch

    def confirmed(self, checks: Iterable[str]) -> list[Finding]:
        """What an open watch window has confirmed so far."""
        return [] if self._watch is None else list(self._watch.confirmed(checks))

    def read_environment(self) -> None:
        """Read the values now; raises ConfigError where a file cannot be read."""
        _ = self.environment

    def observe(self, ask: Ask, wave: str) -> Observation:
        """Answer one question of an item."""
        if ask.kind in ANSWERS:
            return answered(self, ask)
        if self.prefetch and wave not in self._begun:
            self._begun.add(wave)  # once: what is answered is not asked again
            self.prober.start(self.waves.get(wave, ()))
        self.level_1_first(ask)
        return self.prober.answer(ask)

    def level_1_first(self, ask: Ask) -> str | None:
        """Find out about level 1 of a question's service; return why it must not be asked."""
        for kind in _BEFORE.get(ask.kind, ("release", "live")):
            first = self._level_1.get((kind, ask.service or ""))
            if first is not None:
                self.prober.settle(first)
        return self.prober.blocked(ask)

    @functools.cached_property
    def _level_1(self) -> dict[tuple[str, str], Ask]:
        """Level 1 of each service that this run asks: nothing else is asked before it."""
        asks = (ask for wave in self.waves.values() for ask in wave)
        return {(ask.kind, ask.slug): ask for ask in asks if ask.kind in {"live", "release"}}

    def close(self) -> None:
        """End the engine; harmless when there is none."""
        if self._prober is not None:
            self._prober.close()


async def _not_yet(_request: Any) -> Any:
    raise EvidenceUnavailable("the engine has not started")
