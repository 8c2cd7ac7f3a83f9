"""When an artefact was made, and of which commit it speaks, where it says so itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from gonogo.artefacts.files import text_of, xml_of
from gonogo.core.artefact import Artefact, Coverage, ScanResults, TestResults
from gonogo.core.commit import is_commit
from gonogo.core.errors import EvidenceUnavailable

SIDECAR = ".commit"  # beside a file that cannot say it: coverage.xml.commit
# as tools call the property of a test suite; case and punctuation do not matter
_COMMIT = {"commit", "commitid", "commitsha", "sha", "revision", "gitcommit", "gitcommitid"}
_COMMIT |= {"gitsha", "gitrevision", "githubsha", "cicommitsha", "vcsrevision", "gitcommitsha"}
_LAST_ZONE = timezone(timedelta(hours=-12))  # where a time without a zone comes last
_EARLIEST, _MILLISECONDS = 1e8, 1e11  # below, a number is no time; above, it is in ms


@dataclass(frozen=True, slots=True)
class Origin:
    """`at` in epoch seconds; for a time without a zone, the latest that it can have been."""

    at: float
    commits: tuple[str, ...]


def origin_of(artefact: Artefact, file: Path) -> Origin:
    """Return what the file says, else what the file system does; raises EvidenceUnavailable."""
    written = file.stat().st_mtime
    match artefact:
        case Coverage() if file.suffix == ".xml":
            stated = [("at", xml_of(file).get("timestamp"))]
        case TestResults():
            stated = list(_junit(file))
        case ScanResults():
            stated = list(_sarif(file))
        case _:
            stated = []
    moments = [_moment(text, written) for kind, text in stated if kind == "at"]
    known = [moment for moment in moments if moment is not None]
    commits = [text for kind, text in stated if kind == "commit" and text and is_commit(text)]
    commits += _beside(file)
    return Origin(max(known, default=written), tuple(dict.fromkeys(commits)))


def _junit(file: Path) -> Iterator[tuple[str, str | None]]:
    root = xml_of(file)
    for suite in (root, *root.iter("testsuite")):
        yield "at", suite.get("timestamp")
    for each in root.iter("property"):
        if re.sub(r"[^a-z]", "", each.get("name", "").lower()) in _COMMIT:
            yield "commit", (each.get("value") or each.text or "").strip()


def _sarif(file: Path) -> Iterator[tuple[str, str | None]]:
    try:
        document = json.loads(text_of(file))
    except (ValueError, RecursionError):
        return  # whoever reads the results says so
    for run in _tables(document, "runs"):
        for invocation in _tables(run, "invocations"):
            yield "at", invocation.get("endTimeUtc") or invocation.get("startTimeUtc")
        for source in _tables(run, "versionControlProvenance"):
            yield "commit", str(source.get("revisionId") or "")


def _tables(document: Any, key: str) -> list[dict[str, Any]]:
    listed = document.get(key) if isinstance(document, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _beside(file: Path) -> list[str]:
    sidecar = file.with_name(file.name + SIDECAR)
    if not sidecar.is_file():
        return []
    words = text_of(sidecar).split()
    if len(words) != 1 or not is_commit(words[0]):
        raise EvidenceUnavailable(f"{sidecar.name} does not hold one commit")
    return words


def _moment(text: object, written: float) -> float | None:
    if not isinstance(text, str) or not text.strip():
        return None
    if text.strip().isdecimal():
        number = float(text) / (1000 if float(text) >= _MILLISECONDS else 1)
        return number if number >= _EARLIEST else None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if (
        moment.tzinfo is None
    ):  # nobody knows where: at the latest then, and not after it was written
        return min(moment.replace(tzinfo=_LAST_ZONE).timestamp(), written)
    return moment.timestamp()
