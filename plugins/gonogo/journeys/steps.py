"""One walk: its steps, the mark of its data, and what must be undone at the end."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PREFIX = "gonogo"
_STAMP = "%Y%m%dt%H%M%S"


@dataclass
class Step:
    """One step; `outcome` is under way, passed or failed."""

    name: str
    number: int
    outcome: str = "under way"
    exchanges: list[str] = field(default_factory=list)


class Journey:
    """Collects steps and clean-ups. `mark` names the data of this walk and of no other."""

    def __init__(
        self,
        mark: str,
        around: Callable[[str], AbstractContextManager[object]] = lambda _title: nullcontext(),
        total: int | None = None,
    ) -> None:
        self.mark = mark
        self.steps: list[Step] = []
        self.notes: list[str] = []
        self.failed: str | None = None  # the first step that did, as "step 2, log in"
        self._around = around
        self.total = total
        self._undo: list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any]]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Name what happens inside; the report shows it with its requests and answers."""
        step = Step(name, len(self.steps) + 1)
        self.steps.append(step)
        try:
            with self._around(f"{step.number}. {name}"):
                yield step
        except BaseException:
            step.outcome = "failed"
            of = f" of {self.total}" if self.total else ""
            self.failed = self.failed or f"step {step.number}{of}, {name}"
            raise
        step.outcome = "passed"

    def exchanged(self, line: str) -> None:
        """Note a request and its status under the step it belongs to."""
        if self.steps:
            self.steps[-1].exchanges.append(line)

    def lines(self) -> list[str]:
        """Return the steps so far, each with its requests, for a report without pictures."""
        found = []
        for step in self.steps:
            found.append(f"{step.number}. {step.name}: {step.outcome}")
            found += [f"   {line}" for line in step.exchanges]
        return found

    def cleanup(self, undo: Callable[..., object], *args: Any, **more: Any) -> None:
        """Call this at the end, however the journey ends; the last registered comes first."""
        self._undo.append((undo, args, more))

    def close(self) -> list[str]:
        """Undo everything; return what could not be undone, each in one line."""
        problems = []
        while self._undo:
            undo, args, more = self._undo.pop()
            try:
                answer = undo(*args, **more)
            except Exception as error:  # noqa: BLE001 - the other clean-ups must have their turn
                problems.append(" ".join(str(error).split())[:200] or type(error).__name__)
                continue
            status = getattr(answer, "status", 200)
            if not 200 <= status < 300 and status not in {404, 410}:
                problems.append(f"{answer}")
        return problems


def new_mark(now: datetime | None = None) -> str:
    """Return a mark such as gonogo-20261121t083005-1f9ac2: when, and by whom."""
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    return f"{PREFIX}-{moment:{_STAMP}}-{secrets.token_hex(3)}"


def time_of(mark: str) -> datetime | None:
    """Return when a mark was made; None where it is none of ours."""
    parts = mark.split("-")
    if len(parts) != 3 or parts[0] != PREFIX or len(parts[2]) != 6:
        return None
    try:
        return datetime.strptime(parts[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
