"""One artefact against what it must show: an observation, never an exception."""

from collections.abc import Callable
from pathlib import Path

from gonogo.artefacts.coverage import ratio_of
from gonogo.artefacts.files import matching
from gonogo.artefacts.results import scanned, tests_of
from gonogo.core.artefact import Artefact, Backup, Coverage, ScanResults, TestResults
from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome

MOST = 10


def judged(artefact: Artefact, root: Path, now: Callable[[], float]) -> Observation:
    """Read the files of an artefact below `root` and judge them; `now` is in epoch seconds."""
    files = matching(artefact.file, root)
    if not files:
        text = f"no file {artefact.file!r}; fix: let an earlier step leave it there"
        return Observation(Reading(Outcome.FAIL, text, value="missing"))
    age = now() - files[0].stat().st_mtime
    if artefact.max_age is not None and age > artefact.max_age:
        text = f"{files[0].name} is {_long(age)} old, at most {_long(artefact.max_age)} allowed"
        return Observation(Reading(Outcome.FAIL, text, None, _long(age), _long(artefact.max_age)))
    try:
        return Observation(_read(artefact, files, age))
    except EvidenceUnavailable as silence:
        return Observation(Reading(Outcome.UNKNOWN, str(silence)))


def _read(artefact: Artefact, files: list[Path], age: float) -> Reading:
    match artefact:
        case Coverage():
            return _coverage(artefact, files)
        case TestResults():
            return _tests(files)
        case ScanResults():
            return _scan(artefact, files)
        case Backup():
            return _backup(files[0], age)


def _coverage(artefact: Coverage, files: list[Path]) -> Reading:
    if len(files) > 1:
        raise EvidenceUnavailable(f"{artefact.file!r} names {len(files)} files; name one")
    ratio = ratio_of(files[0])
    text = f"{ratio:.1%} of the lines are covered, at least {artefact.minimum:.1%} expected"
    outcome = Outcome.PASS if ratio >= artefact.minimum else Outcome.FAIL
    return Reading(outcome, text, value=f"{ratio:.1%}", threshold=f"{artefact.minimum:.1%}")


def _tests(files: list[Path]) -> Reading:
    read = [tests_of(file) for file in files]
    ran = sum(count for count, _ in read)
    bad = [name for _, names in read for name in names]
    if bad:
        text = f"{len(bad)} of {ran} tests failed: {_listed(bad)}"
        return Reading(Outcome.FAIL, text, value=f"{len(bad)} failed", threshold="0")
    if not ran:
        raise EvidenceUnavailable("no test ran")
    return Reading(Outcome.PASS, f"{ran} tests passed", value="0 failed", threshold="0")


def _scan(artefact: ScanResults, files: list[Path]) -> Reading:
    found = [each for file in files for each in scanned(file, artefact.level)]
    text = f"{len(found)} results of level {artefact.level} or worse"
    if len(found) > artefact.most:
        text += f", at most {artefact.most} allowed: {_listed(found)}"
        return Reading(Outcome.FAIL, text, None, str(len(found)), str(artefact.most))
    return Reading(Outcome.PASS, text, None, str(len(found)), str(artefact.most))


def _backup(file: Path, age: float) -> Reading:
    if file.stat().st_size == 0:
        return Reading(Outcome.FAIL, f"the newest backup, {file.name}, is empty", value="empty")
    return Reading(Outcome.PASS, f"{file.name} is {_long(age)} old", value=_long(age))


def _listed(names: list[str]) -> str:
    more = f" … and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


def _long(duration: float) -> str:
    """Say a duration of days or hours as people do."""
    if duration >= 2 * 86400:
        return f"{duration / 86400:.0f}d"
    return f"{duration / 3600:.1f}h" if duration >= 3600 else seconds(max(0.0, duration))
