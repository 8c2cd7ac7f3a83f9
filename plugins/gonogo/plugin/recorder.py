"""The recorder: on the worker, from a phase of a test to a flat finding on its report."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gonogo.core.clock import rfc3339
from gonogo.core.clue import NOTHING
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.finding import Finding
from gonogo.core.outcome import Outcome
from gonogo.plugin.stash import EVIDENCE, JOURNEY
from gonogo.plugin.territory import below, stage_folder

ATTRIBUTE = "gonogo"


def counts(item: pytest.Item) -> bool:
    """Tell whether an item is a check: below a suites folder, or marked as one."""
    return below(item.nodeid) or item.get_closest_marker("gonogo") is not None


def finding_of(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
) -> Finding | None:
    """Return what this phase found; a phase that merely went well in set-up found nothing."""
    outcome = outcome_of(call, report)
    if outcome is None:
        return None
    marks = marks_of(item)
    evidence = item.stash.get(EVIDENCE, [])
    ask, observation = evidence[-1] if evidence else (None, None)
    reading = observation.reading if observation else None
    if outcome is Outcome.PASS and any(o.reading.outcome is Outcome.WARN for _, o in evidence):
        outcome = Outcome.WARN
    advisory = observation is not None and observation.advisory
    if outcome is Outcome.PASS and advisory and reading:
        outcome = reading.outcome
    signal = (reading.signal if reading and outcome is Outcome.FAIL else None) or (
        ask.signal if ask else _default_signal(marks)
    )
    message = reading.text if reading else _message(call, report)
    if outcome is Outcome.UNKNOWN and reading and reading.outcome is not Outcome.UNKNOWN:
        message = _message(call, report)
    journey = item.stash.get(JOURNEY, None)
    went_wrong = outcome is not Outcome.PASS and report.when == "call"
    if journey is not None and journey.failed and went_wrong:
        message = f"{journey.failed}: {message}"
    return Finding(
        check=item.nodeid,
        outcome=outcome,
        signal=signal,
        slug=ask.slug if ask else _slug(item),
        level=marks.get("level"),
        service=ask.service if ask else marks.get("service"),
        critical=ask.critical if ask else bool(marks.get("critical")),
        required=bool(marks.get("required", True))
        and (ask is None or ask.required)
        and not advisory,
        message=message,
        observed=reading.value if reading else None,
        threshold=reading.threshold if reading else None,
        confirmed_by=observation.confirmed_by if observation else None,
        attempts=observation.attempts if observation else 1,
        duration_s=round(report.duration, 4),
        first_at=(observation.first_at if observation else None) or _stamp(call.start),
        last_at=(observation.last_at if observation else None) or _stamp(call.stop),
        where=reading.where if reading else _place(item, call),
        facts=observation.facts if observation else {},
        clue=reading.clue if reading else NOTHING,
        elapsed_s=reading.elapsed if reading else 0.0,
    )


def _place(item: pytest.Item, call: pytest.CallInfo[None]) -> str:
    """Return the last line of the test itself that was reached, or its first."""
    entries = call.excinfo.traceback if call.excinfo is not None else ()
    lines = [entry.lineno + 1 for entry in entries if entry.path == item.path]
    file, first, _ = item.location
    return f"{file}:{lines[-1] if lines else (first or 0) + 1}"


def outcome_of(call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome | None:
    """Assertion: evidence against. Any other exception, or a skip: a silent witness."""
    if hasattr(report, "wasxfail"):
        return Outcome.PASS if report.passed else Outcome.UNKNOWN
    if report.skipped:
        return Outcome.UNKNOWN
    if report.passed:
        return Outcome.PASS if report.when == "call" else None
    against = (AssertionError, pytest.fail.Exception)
    if call.excinfo is not None and call.excinfo.errisinstance(against):
        return Outcome.FAIL
    return Outcome.UNKNOWN


def plain_words(item: pytest.Item, call: pytest.CallInfo[None]) -> str | None:
    """Return what an observation says, where a traceback through our own code would say less."""
    if call.excinfo is None:
        return None
    if call.excinfo.errisinstance(EvidenceUnavailable):
        return str(call.excinfo.value)
    evidence = item.stash.get(EVIDENCE, [])
    if evidence and call.excinfo.errisinstance(AssertionError) and not evidence[-1][1].good:
        return str(evidence[-1][1])
    return None


def marks_of(item: pytest.Item) -> dict[str, Any]:
    """Merge the markers of module, class and function; the nearest wins."""
    merged: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("gonogo"))):
        merged.update(mark.kwargs)
    if "level" not in merged and stage_folder(item.nodeid) == "smoke":
        merged["level"] = 3
    return merged


def _default_signal(marks: dict[str, Any]) -> str:
    return str(marks.get("signal") or ("critical-path" if marks.get("critical") else "smoke"))


def _slug(item: pytest.Item) -> str:
    return str(getattr(getattr(item, "callspec", None), "id", ""))


def _message(call: pytest.CallInfo[None], report: pytest.TestReport) -> str:
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    if call.excinfo is None:
        return ""
    text = str(call.excinfo.value).strip() or call.excinfo.typename
    first = text.splitlines()[0]
    plain = isinstance(call.excinfo.value, AssertionError | EvidenceUnavailable)
    return first if plain else f"{call.excinfo.typename}: {first}"


def _stamp(at: float) -> str:

    return rfc3339(datetime.fromtimestamp(at, UTC))
