"""What a job of GitHub Actions shows by itself, without a token: its summary, and annotations.

An annotation is a line of output that the runner reads. GitHub shows ten of a kind for a step, so
what says the same is said once, and the tenth of too many says how many there are.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gonogo.core.finding import Finding
from gonogo.core.outcome import Outcome as CheckOutcome
from gonogo.core.verdict import Reason, alike
from gonogo.reporting.record import Outcome
from gonogo.reporting.redaction import Redact

MOST = 10  # of a kind
LARGEST = 1 << 20  # bytes of a step's summary: GitHub drops a larger one as a whole
_TITLE, _TEXT = 200, 2000  # characters
_CUT = "\n\n… cut here: the rest is in `summary.md`.\n".encode()
_HEADER = re.compile(r"\s*\[+\s*(?:[^\]]*\.)?\s*(\"[^\"]+\"|[\w-]+)\s*\]+")
_KEY = re.compile(r"\s*(\"[^\"]+\"|[\w-]+)\s*=")


@dataclass(frozen=True)
class Places:
    """Where files are: the checkout that GitHub shows, what names are relative to, the TOML."""

    workspace: Path
    roots: Sequence[Path]
    config: Path | None

    @classmethod
    def of_job(
        cls, environ: Mapping[str, str], roots: Sequence[Path], config: Path | None
    ) -> "Places":
        """Return the places of a job; its first root stands in for a checkout that is not named."""
        workspace = environ.get("GITHUB_WORKSPACE") or roots[0]
        return cls(Path(workspace).resolve(), roots, config)

    def of(self, finding: Finding) -> dict[str, str]:
        """Return file and line of a finding: its own, its table's, or its suite's."""
        own, _, line = finding.where.rpartition(":")
        if line.isdecimal() and (found := self._shown(own)):
            return {"file": found, "line": line}
        if self.config is not None and (row := _row(self.config, finding.slug)):
            shown = self._shown(str(self.config))
            return {"file": shown, "line": str(row)} if shown else {}
        suite = self._shown(finding.check.partition("::")[0])
        return {"file": suite} if suite else {}

    def _shown(self, name: str) -> str:
        """Return a file as the checkout knows it; an empty text where it has no such file."""
        for root in self.roots:
            file = Path(root, name).resolve()
            if name and file.is_file() and file.is_relative_to(self.workspace):
                return file.relative_to(self.workspace).as_posix()
        return ""


def _row(config: Path, slug: str) -> int:
    """Return the line that declares a slug; 0 where none does, or where several do."""
    try:
        lines = config.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0
    for pattern in (_HEADER, _KEY):
        found = [
            number
            for number, line in enumerate(lines, 1)
            if slug and (match := pattern.match(line)) and match[1].strip('"') == slug
        ]
        if found:
            return found[0] if len(found) == 1 else 0
    return 0


def annotations(outcome: Outcome, places: Places, redact: Redact) -> list[str]:
    """Return a line for each thing to say: an error is evidence against, a warning no evidence."""
    reasons = outcome.verdict.reasons
    told = {id(reason.finding) for reason in reasons}
    kinds: dict[str, list[list[Reason]]] = {"error": [], "warning": [], "notice": []}
    for group in alike(reasons):
        against = group[0].finding.outcome is CheckOutcome.FAIL
        kinds["error" if against else "warning"].append(group)
    soft = [
        Reason(outcome.verdict.decision, finding)
        for finding in outcome.verdict.findings
        if finding.outcome is not CheckOutcome.PASS and id(finding) not in told
    ]
    kinds["notice"] = alike(soft)
    return [line for kind in kinds for line in _lines(kind, kinds[kind], outcome, places, redact)]


def _lines(
    kind: str, groups: Sequence[list[Reason]], outcome: Outcome, places: Places, redact: Redact
) -> Iterable[str]:
    shown = groups if len(groups) <= MOST else groups[: MOST - 1]
    for first, *others in shown:
        finding = first.finding
        note = f" ({first.note})" if first.note else ""
        more = f" (and {len(others)} more like it)" if others else ""
        name = finding.slug or finding.check.rpartition("::")[2]
        word = "warning" if kind == "notice" else str(first.decision)
        title = redact(f"gonogo {word}: {finding.signal} {name}".strip())
        hint = outcome.hints.get(finding.check)
        text = f"{finding.message or 'no message'}{note}{more}"
        text = redact(f"{text}\n{hint}" if hint else text)
        yield command(kind, text[:_TEXT], **places.of(finding), title=title[:_TITLE])
    if len(shown) < len(groups):
        text = f"{len(groups) - len(shown)} more are in the job summary and in decision.json"
        yield command(kind, text, title="gonogo: and more")


def command(kind: str, text: str, **properties: str) -> str:
    """Return a workflow command, such as `::error file=a.py,line=3::text`."""
    told = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{kind} {told}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for each in f"%\r\n{more}":
        text = text.replace(each, f"%{ord(each):02X}")
    return text


def is_job(environ: Mapping[str, str]) -> bool:
    """Tell whether GitHub's runner reads the output."""
    return environ.get("GITHUB_ACTIONS") == "true"


def append_summary(environ: Mapping[str, str], text: str) -> str | None:
    """Add to the summary of the job, where this is one; return why that could not be done.

    Other runs of the same step may have written there: all of them share the limit.
    """
    path = environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return None
    file = Path(path)
    try:
        room = LARGEST - (file.stat().st_size if file.exists() else 0)
        whole = _within(room, f"{text}\n".encode(errors="backslashreplace"))
        with file.open("ab") as output:
            output.write(whole)
    except OSError as error:
        return f"the job summary could not be written: {error.strerror}"
    return None if whole else "the job summary is full: see summary.md"


def _within(room: int, whole: bytes) -> bytes:
    if len(whole) <= room:
        return whole
    cut = whole[: max(0, room - len(_CUT))]
    return cut[: cut.rfind(b"\n")] + _CUT if b"\n" in cut else b""
