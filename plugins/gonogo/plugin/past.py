"""What a run asks of earlier runs and leaves to later ones: bounded, and never in the way.

    run.past.ask(lambda history: history.baseline(target))     # raises Unavailable
    run.past.keep(samples)                                     # written at the end of the run

Asking may cost a run one second in all, and asking and writing two. A history that was silent
once is not asked again; it is told of the run all the same.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from gonogo.config.models import HistoryModel
from gonogo.core.alert import Step
from gonogo.core.guard import UNGUARDED, Standing, guards_of, is_thawed
from gonogo.core.outcome import Stage
from gonogo.core.past import Identity, PastSample
from gonogo.core.subject import Target
from gonogo.history.failure import Unavailable
from gonogo.history.port import Change, History

Answer = TypeVar("Answer")
LIMIT_S = 2.0
ASKING_S = 1.0
NOT_CONFIGURED = "no history is configured; fix: add [history] to gonogo.toml"


class PastRuns:
    """The history of the project, as one run uses it."""

    def __init__(
        self,
        model: HistoryModel | None,
        project: str,
        root: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._model = model
        self._project = project
        self._root = root
        self._clock = clock
        self._spent = 0.0
        self._problem: str | None = None
        self._samples: list[PastSample] = []
        self.started = clock()

    @property
    def configured(self) -> bool:
        """Tell whether there is a [history] section."""
        return self._model is not None

    def ask(self, question: Callable[[History], Answer]) -> Answer:
        """Return the answer to a question; raises Unavailable."""
        if self._problem is not None:
            raise Unavailable(self._problem)
        try:
            return self._within(ASKING_S - self._spent, question, create=False)
        except Unavailable as silence:
            self._problem = str(silence)
            raise

    def keep(self, samples: Iterable[PastSample]) -> None:
        """Hold measurements until the run is written."""
        self._samples.extend(samples)

    @property
    def samples(self) -> Sequence[PastSample]:
        """What is held so far."""
        return self._samples

    def write(self, record: Mapping[str, Any]) -> str | None:
        """Keep the record of this run; return why that was not possible, or None."""
        model = self._model
        if model is None:
            return None

        kept: list[bool] = []

        def told(history: History) -> None:
            history.add(record, self._samples)
            kept.append(True)
            history.prune(self._clock() - model.retention)

        try:
            self._within(LIMIT_S - self._spent, told, create=True)
        except Unavailable as problem:
            return None if kept else str(problem)
        return None

    def alerted(self, target: str, group: str, change: Change) -> Step:
        """Take this run into what was told of a target; raises Unavailable."""
        return self._within(ASKING_S, lambda h: h.alerted(target, group, change), create=True)

    def _within(
        self, limit: float, question: Callable[[History], Answer], *, create: bool
    ) -> Answer:
        model = self._model
        if model is None:
            raise Unavailable(NOT_CONFIGURED)
        from gonogo.history.opening import load, opened  # noqa: PLC0415 - only where it is used

        load(model.url, self._root, create=create)

        def work() -> Answer:
            place = (model.url, self._root, self._project)
            with opened(*place, limit=0.9 * limit, create=create) as history:
                return question(history)

        began = time.monotonic()
        try:
            return _bounded(work, limit)
        finally:
            self._spent += time.monotonic() - began

    def unasked(self, target: Target, problem: str | None = None) -> Standing:
        """Return what is known without a history; `problem` says why it was not asked."""
        return Standing({**UNGUARDED, "frozen": _is_thawed(target, self._root)}, problem=problem)

    def standing(
        self, target: Target, current: Identity, stage: Stage, *, migrations: bool = False
    ) -> Standing:
        """Return the guards of a deployment, as far as their sources are configured."""
        from gonogo.history.questions import Situation, past_of  # noqa: PLC0415 - as above

        if not self.configured:
            return self.unasked(target)
        situation = Situation(target.name, current, stage, self.started, migrations)
        try:
            past, serving = self.ask(lambda history: past_of(history, situation))
        except Unavailable as silence:
            return self.unasked(target, str(silence))
        now, previous = self._clock(), past.previous(serving)
        deployed = past.deployed(serving)
        return Standing(
            guard={**self.unasked(target).guard, **guards_of(past, serving, now)},
            previous=Identity() if previous is None else previous.identity,
            failed_before=past.failed_before,
            in_window=deployed is not None and now - deployed <= target.rollback_window,
            known=past.served_before(serving),
        )


def _is_thawed(target: Target, root: Path) -> bool | None:
    file = target.frozen_file
    return is_thawed(target.frozen, None if file is None else (root / file).exists())


def _bounded(work: Callable[[], Answer], limit: float) -> Answer:
    """Do the work in a thread that nobody waits for any longer than `limit` seconds."""
    answers: list[Answer] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits
            problems.append(error)

    thread = threading.Thread(target=run, name="gonogo-history", daemon=True)
    thread.start()
    thread.join(max(0.0, limit))
    if answers:
        return answers[0]
    if not problems:
        raise Unavailable(f"no answer within {max(0.0, limit):.1f}s")
    if isinstance(problems[0], Unavailable):
        raise problems[0]
    raise Unavailable(f"{type(problems[0]).__name__}: {problems[0]}") from problems[0]
