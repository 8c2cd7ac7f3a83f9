"""From a record to messages: what to tell, to whom, and what became of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from gonogo.core.alert import Alert, State, Step, alone, step, undelivered
from gonogo.core.alert_record import group_of, seen_of
from gonogo.core.errors import GonogoError
from gonogo.core.notice import Notify
from gonogo.core.outcome import Decision, Stage
from gonogo.notify.sending import Message, deliver
from gonogo.notify.words import kind_of, worded
from gonogo.reporting.redaction import Redact

Record = Mapping[str, Any]
Alerted = Callable[[str, str, Callable[[State], Step]], Step]  # as in history.port
SENDING_S = 8.0  # the history takes the rest of ten seconds: one before it, and one after it


@dataclass(frozen=True, slots=True)
class Report:
    """What became of it, in lines for people; `failed` where somebody was not reached."""

    lines: tuple[str, ...] = ()
    failed: bool = False
    silence: str = ""


@dataclass(frozen=True)
class Teller:
    """Tells of one run. `alerted` is the history's; without one, whatever is not GO is told."""

    notify: Notify
    environ: Mapping[str, str]
    redact: Redact
    alerted: Alerted | None = None
    clock: Callable[[], float] = time.time

    def tell(self, record: Record) -> Report:
        """Tell what there is to tell of a record.

        Raises KeyError, TypeError or ValueError where that is no record of a decision.
        """
        why = unspoken(record)
        if why is not None:
            return Report(silence=why)
        target, stage = str(record["target"]), Stage(record["stage"])

        def wanted(alert: Alert) -> bool:
            return bool(self.notify.chosen(alert, target, stage))

        seen, before = seen_of(record), State()
        weigh = partial(step, seen=seen, patience=self.notify.patience, wanted=wanted)

        def change(known: State) -> Step:
            nonlocal before
            before = known
            return weigh(known, now=self.clock())

        alerted = None if record.get("baseline_url") else self.alerted  # beside what else serves
        taken, trouble = alone(seen, wanted), None
        if alerted is not None:
            try:
                taken = alerted(target, group_of(record), change)
            except GonogoError as silence:
                trouble = f"told as without a history: {silence}"
        if taken.alert is None:
            return Report(silence=taken.silence)
        report = self._send(taken.alert, record)
        if report.nobody and alerted is not None and trouble is None:
            alert, told, known = taken.alert, taken.state, before
            trouble = self._undo(record, lambda now: Step(undelivered(now, told, known, alert)))
        return Report((*report.lines, *([trouble] if trouble else [])), report.failed)

    def _undo(self, record: Record, change: Callable[[State], Step]) -> str | None:
        """Let the next run tell what this one could not."""
        try:
            if self.alerted is not None:
                self.alerted(str(record["target"]), group_of(record), change)
        except GonogoError as silence:
            return f"and the next run will not tell it: {silence}"
        return None

    def _send(self, alert: Alert, record: Record) -> "_Sent":
        chosen = self.notify.chosen(alert, str(record["target"]), Stage(record["stage"]))
        kind = kind_of(alert)
        messages = [
            Message(url, *worded(alert, record, route, self.environ, self.redact), kind)
            for url, route in chosen.items()
        ]
        return sent(self.notify, str(alert.event), messages)


@dataclass(frozen=True, slots=True)
class _Sent:
    lines: tuple[str, ...]
    failed: bool
    nobody: bool


def sent(notify: Notify, what: str, messages: Sequence[Message]) -> _Sent:
    """Send messages, and say what became of them without a word of their URLs."""
    faults = deliver(messages, SENDING_S)
    names = [shown(notify, message.url) for message in messages]
    reached = [name for name, why in zip(names, faults, strict=True) if why is None]
    lines = [f"{what}: told {', '.join(reached)}"] if reached else []
    missed: dict[str, list[str]] = {}
    for name, why in zip(names, faults, strict=True):
        if why is not None:
            missed.setdefault(why, []).append(name)
    lines += [f"{what}: not told {', '.join(each)}: {why}" for why, each in missed.items()]
    return _Sent(tuple(lines), bool(missed), not reached)


def shown(notify: Notify, url: str) -> str:
    """Name a URL by its kind and its place in the configuration, as the URL itself is a secret."""
    urls = list(dict.fromkeys(url for route in notify.routes for url in route.urls))
    return f"{urlsplit(url).scheme} (url {urls.index(url) + 1})"


def unspoken(record: Record) -> str | None:
    """Return why nobody is told of a run whatever it decided."""
    ill_canary = record.get("baseline_url") and record["decision"] != Decision.GO
    if record.get("scope") == "partial" and not ill_canary:
        return "a partial run tells nobody"
    if record.get("snapshot"):
        return "a snapshot before the deploy tells nobody"
    return None
