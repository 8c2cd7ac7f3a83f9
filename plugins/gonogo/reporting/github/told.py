"""A record as far as people on GitHub hear of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gonogo.config.record_file import record_of
from gonogo.core.errors import ConfigError, GonogoError
from gonogo.core.outcome import Decision, worst

PENDING = "PENDING"


class Untold(GonogoError):  # noqa: N818 - reads as what it says
    """A record that says nothing anybody should read."""


@dataclass(frozen=True)
class Told:
    """What a record says; `decision` is one of the five, or PENDING."""

    decision: str
    project: str
    target: str
    run_id: str
    url: str = ""
    stage: str = ""
    complete: bool = False
    shadow: bool = False
    commit: str | None = None
    at: str = ""
    passed: str = ""
    reasons: Sequence[Mapping[str, Any]] = ()
    summary: str = field(default="", repr=False)
    undone: bool = False  # a rollback was made of it, and verified
    folder: Path = Path()

    @property
    def name(self) -> str:
        """Which target of which project."""
        return f"{self.project} @ {self.target}"

    @property
    def proven(self) -> bool:
        """True where every required check has positive evidence, and no part was left out."""
        return self.decision == Decision.GO and self.complete


def read(file: Path, now: float, step: str | None = None) -> Told:
    """Read a record; raises Untold where it cannot be read, or has expired.

    `step` is the decision that the whole step ended with: the worse of the two counts, and an
    empty one is INCONCLUSIVE.
    """
    try:
        body = record_of(file)
    except ConfigError as error:
        raise Untold(str(error)) from None
    try:
        told = _told(body, file)
        expires = str(body.get("expires_at"))
        late = told.decision != PENDING and datetime.fromisoformat(expires).timestamp() < now
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Untold(f"{file} is not a whole record ({type(error).__name__}: {error})") from None
    if late:
        raise Untold(f"{file} expired at {expires}: it says nothing of what serves now")
    if told.decision != PENDING and step is not None:
        given = Decision(step) if step in Decision.__members__ else Decision.INCONCLUSIVE
        ended = str(worst([Decision(told.decision), given]))
        note = {"decision": ended, "message": f"the step as a whole ended with {ended}"}
        if ended != told.decision:
            return replace(told, decision=ended, reasons=[note, *told.reasons])
    return told


def _told(body: Mapping[str, Any], file: Path) -> Told:
    decision = str(body["decision"])
    if decision != PENDING:
        Decision(decision)
    if not isinstance(body["target"], str):
        raise TypeError("no target")
    deployment = body.get("deployment") or {}
    counts = body.get("counts") or {}
    reasons = body.get("reasons") or []
    good = int(counts.get("passed", 0)) + int(counts.get("warned", 0))
    return Told(
        decision=decision,
        project=str(body.get("project") or "project"),
        target=body["target"],
        run_id=str(body["run_id"]),
        url=str(body.get("url") or ""),
        stage=str(body.get("stage") or ""),
        complete=body.get("scope") == "complete" and not body.get("snapshot"),
        shadow=body.get("shadow") is not False,
        commit=_text(deployment.get("commit") or deployment.get("observed_commit")),
        at=str(body.get("finished_at") or ""),
        passed=f"{good} of {counts['total']}" if "total" in counts else "",
        reasons=[each for each in reasons if isinstance(each, dict)],
        summary=_beside(file),
        undone=_undone(file, body["run_id"]),
        folder=file.parent,
    )


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("a commit is a text")
    return value or None


def _beside(file: Path) -> str:
    try:
        return file.with_name("summary.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _undone(file: Path, run_id: str) -> bool:
    """Tell whether `gonogo rollback` has restored the version before, and seen it serve."""
    for folder in (file.parent, file.parent.parent):
        try:
            found = json.loads((folder / "rollback.json").read_text(encoding="utf-8"))
            if found["run_id"] == run_id and found["exit_code"] == 0:
                return True
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            continue
    return False
