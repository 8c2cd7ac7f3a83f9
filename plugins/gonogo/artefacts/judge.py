"""One artefact against what it must show: an observation, never an exception."""

from collections.abc import Callable
from pathlib import Path

from gonogo.artefacts.command import reported
from gonogo.artefacts.coverage import ratio_of
from gonogo.artefacts.files import matching
from gonogo.artefacts.origin import SIDECAR, Origin, origin_of
from gonogo.artefacts.results import scanned, tests_of
from gonogo.core.age import age_of, long, too_old
from gonogo.core.artefact import Backup, BackupCommand, Coverage, ScanResults, TestResults
from gonogo.core.commit import same_commit, short
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.size import too_small

MOST = 10


Files = Coverage | TestResults | ScanResults | Backup


def judged(
    artefact: Files | BackupCommand, root: Path, now: Callable[[], float], commit: str | None = None
) -> Observation:
    """Judge what lies below `root`, or what a command says there; `now` is in epoch seconds.

    `commit` is the one that is being deployed, where that is known.
    """
    try:
        if isinstance(artefact, BackupCommand):
            return Observation(reported(artefact, root, now()))
        found = _files(artefact, root, now(), commit)
        return found if isinstance(found, Observation) else Observation(found)
    except EvidenceUnavailable as silence:
        return Observation(Reading(Outcome.UNKNOWN, str(silence)))


def _files(artefact: Files, root: Path, now: float, commit: str | None) -> Reading | Observation:
    files = matching(artefact.file, root)
    if not files:
        text = f"no file {artefact.file!r}; fix: let an earlier step leave it there"
        return Reading(Outcome.FAIL, text, value="missing")
    if isinstance(artefact, Backup):
        return _backup(artefact, files[0], now)
    origins = [(file, origin_of(artefact, file)) for file in files]
    if artefact.max_age is not None:
        ages = [(age_of(file.name, origin.at, now), file.name) for file, origin in origins]
        oldest, name = max(ages)
        if (old := too_old(name, oldest, artefact.max_age)) is not None:
            return old
    if artefact.commit is not False:
        for file, origin in origins:
            other = _other_commit(file, origin, commit, must=artefact.commit is True)
            if other is not None:
                return other
    return _shown(artefact, files)


def _other_commit(file: Path, origin: Origin, commit: str | None, *, must: bool) -> Reading | None:
    """Return the failure where a file shows another commit than the one to be deployed."""
    if must and commit is None:
        raise EvidenceUnavailable("which commit? give --gonogo-commit")
    if must and not origin.commits:
        fix = f"fix: git rev-parse HEAD > {file.name}{SIDECAR}"
        raise EvidenceUnavailable(f"{file.name} does not say which commit it shows; {fix}")
    for named in origin.commits if commit is not None else ():
        if not same_commit(named, commit or ""):
            text = f"{file.name} shows {short(named)}, to be deployed is {short(commit or '')}"
            return Reading(Outcome.FAIL, text, None, short(named), short(commit or ""))
    return None


def _shown(
    artefact: Coverage | TestResults | ScanResults, files: list[Path]
) -> Reading | Observation:
    match artefact:
        case Coverage():
            return _coverage(artefact, files)
        case TestResults():
            return _tests(files)
        case ScanResults():
            return _scan(artefact, files)


def _coverage(artefact: Coverage, files: list[Path]) -> Observation:
    if len(files) > 1:
        raise EvidenceUnavailable(f"{artefact.file!r} names {len(files)} files; name one")
    ratio = ratio_of(files[0])
    text = f"{ratio:.1%} of the lines are covered, at least {artefact.minimum:.1%} expected"
    outcome = Outcome.PASS if ratio >= artefact.minimum else Outcome.FAIL
    reading = Reading(outcome, text, value=f"{ratio:.1%}", threshold=f"{artefact.minimum:.1%}")
    return Observation(reading, facts={"coverage": round(ratio, 6)})


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


def _backup(backup: Backup, file: Path, now: float) -> Reading:
    stat = file.stat()
    age = age_of(file.name, stat.st_mtime, now)
    if (old := too_old(file.name, age, backup.max_age)) is not None:
        return old
    small = too_small(f"the newest backup, {file.name},", stat.st_size, backup.least)
    return small or Reading(Outcome.PASS, f"{file.name} is {long(age)} old", value=long(age))


def _listed(names: list[str]) -> str:
    more = f" … and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more
