"""The case: a decision record that says ROLLBACK, read again and doubted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gonogo.config.record_file import record_of
from gonogo.core.errors import ConfigError
from gonogo.core.finding import Finding
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Identity
from gonogo.core.provider import Deployed
from gonogo.core.replay import findings_of, redecided
from gonogo.rollback.ending import refused

AHEAD_S = 300.0  # how far clocks may differ
# what must be as the run has kept it, where a history has kept it
_KEPT = (
    "project",
    "target",
    "url",
    "stage",
    "decision",
    "exit_code",
    "shadow",
    "deployment",
    "previous",
    "guard",
    "checks",
    "expires_at",
)


@dataclass(frozen=True)
class Case:
    """What a record says; times are in epoch seconds."""

    record: Mapping[str, Any]
    run_id: str
    project: str
    target: str
    url: str
    stage: Stage
    source: Identity
    observed: str | None
    previous: Identity
    findings: tuple[Finding, ...]
    failed_before: frozenset[str]
    in_window: bool
    decided: float

    def is_about(self, live: Deployed) -> bool | None:
        """Tell whether the decision is about what is live; None where nothing can be compared."""
        told = [self.source.id == live.id] if self.source.id else []
        for commit in (self.source.commit, self.observed):
            same = Identity(commit=commit).same(Identity(commit=live.commit))
            told += [] if same is None else [same]
        return all(told) if told else None


def read(file: Path, now: float) -> Case:
    """Read a record; raises Stop where it does not allow a rollback."""
    try:
        record = record_of(file)
    except ConfigError as error:
        raise refused(str(error)) from None
    _says_rollback(record)
    try:
        case = _case(record)
        expires = _epoch(record["expires_at"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = f"{file} is not a whole record ({type(error).__name__}: {error})"
        raise refused(text) from None
    if now > expires:
        fix = "run the suites again; what serves now may be another version"
        raise refused(f"the decision expired at {record['expires_at']}", fix)
    if case.decided > now + AHEAD_S or expires > now + 86400:
        raise refused("the decision is from the future: the record or a clock is wrong")
    return case


def _says_rollback(record: Mapping[str, Any]) -> None:
    word = str(record.get("decision"))[:40]
    if word != Decision.ROLLBACK:
        raise refused(f"the decision is {word}, not ROLLBACK: nothing is undone")
    if record.get("shadow") is not False:
        raise refused("the run was in shadow: it decides nothing")
    if record.get("exit_code") != Decision.ROLLBACK.exit_code:
        raise refused("the record contradicts itself: ROLLBACK, and another exit code than 20")


def _case(record: Mapping[str, Any]) -> Case:
    deployment, previous = record["deployment"], record["previous"]
    return Case(
        record=record,
        run_id=str(record["run_id"]),
        project=str(record["project"]),
        target=str(record["target"]),
        url=str(record["url"]),
        stage=Stage(record["stage"]),
        source=Identity(_text(deployment["id"]), _text(deployment["commit"])),
        observed=_text(deployment["observed_commit"]),
        previous=Identity(_text(previous["id"]), _text(previous["commit"])),
        findings=findings_of(record),
        failed_before=frozenset(record.get("failed_before") or ()),
        in_window=bool(record.get("within_rollback_window")),
        decided=_epoch(record["finished_at"]),
    )


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("an id and a commit are texts")
    return value or None


def _epoch(text: str) -> float:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.timestamp()


def doubt(case: Case, kept: Mapping[str, Any] | None, policy: Any) -> None:
    """Raise Stop where the record is not what its run has written, as far as can be told.

    `kept` is the record of the same run in the history; None where that has none, as of merged
    records. The decision must follow from the record's own checks.
    """
    changed = [
        name for name in _KEPT if kept is not None and kept.get(name) != case.record.get(name)
    ]
    if changed:
        text = f"the record differs from what its run has left in the history: {', '.join(changed)}"
        raise refused(text, "use the record as the run has written it")
    try:
        again = redecided(case.record, policy)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = f"not a whole record ({type(error).__name__}: {error})"
        raise refused(text) from None
    if again.decision is not Decision.ROLLBACK:
        text = f"its own checks lead to {again.decision}, not to ROLLBACK, by the rules of now"
        raise refused(text, "run the suites again")
