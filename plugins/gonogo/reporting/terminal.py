"""The closing block of a run in the terminal."""

import os
import sys
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from gonogo.core.finding import Finding
from gonogo.core.guard import in_words
from gonogo.core.outcome import Decision
from gonogo.core.outcome import Outcome as CheckOutcome
from gonogo.core.verdict import alike
from gonogo.reporting.record import About, Outcome

MOST = 20
_LABEL = 9  # characters before the text of a line
_LABELS = {
    "against": {"red": True, "bold": True},
    "unknown": {"yellow": True, "bold": True},
    "warning": {"yellow": True},
    "hint": {"cyan": True, "bold": True},
    "problem": {"red": True},
    "runbook": {"cyan": True},
}
_COLOURS = {
    Decision.GO: {"green": True},
    Decision.INCONCLUSIVE: {"yellow": True},
    Decision.HOLD: {"yellow": True},
    Decision.BLOCK: {"red": True},
    Decision.ROLLBACK: {"red": True},
}


def block(about: About, outcome: Outcome) -> list[str]:
    """Return the lines below the headline."""
    verdict = outcome.verdict
    lines = [_target_line(about, outcome)]
    given = {id(reason.finding) for reason in verdict.reasons}
    groups = alike(verdict.reasons)
    unsaid = set(outcome.hints.values())
    for first, *others in groups[:MOST]:
        word = "against" if first.finding.outcome is CheckOutcome.FAIL else "unknown"
        note = f" ({in_words(first.note)})" if first.note else ""
        more = f" (and {len(others)} more like it)" if others else ""
        lines += _finding_lines(word, first.finding, note + more)
        hint = outcome.hints.get(first.finding.check)
        if hint in unsaid:
            unsaid.discard(hint)
            lines.append(f"hint     {hint}")
    if len(groups) > MOST:
        rest = sum(len(group) for group in groups[MOST:])
        lines.append(f"         … and {rest} more in the record")
    for finding in verdict.findings:
        soft = finding.outcome is not CheckOutcome.PASS
        if soft and id(finding) not in given:
            lines += _finding_lines("warning", finding, "")
    counts = verdict.counts
    passed = counts["passed"] + counts["warned"]
    reruns = f", {counts['rerun']} retried" if counts["rerun"] else ""
    lines.append(f"passed   {passed} of {counts['total']} checks{reruns}")
    shadow = " (shadow)" if about.shadow else ""
    if outcome.runbook is not None and verdict.decision is not Decision.GO:
        lines.append(f"runbook  {outcome.runbook}")
    record = "not kept" if about.thrown_away else os.path.relpath(about.file)
    lines.append(f"record   {record:<50} exit code {outcome.exit_code}{shadow}")
    return lines


def _target_line(about: About, outcome: Outcome) -> str:
    plan = about.plan
    url = plan.target.url.rpartition("@")[2] if "@" in plan.target.url else plan.target.url
    parts = [f"target   {plan.project} @ {plan.target.name}", url, f"[{outcome.stage}]"]
    if outcome.partial:
        parts.append("(partial run)")
    return "   ".join(part for part in parts if part)


def _finding_lines(word: str, finding: Finding, note: str) -> list[str]:
    where, _, name = finding.check.rpartition("::")
    suite = next((p for p in where.split("/") if p in _SUITES), "")
    first, *rest = (finding.message or "no message").splitlines()
    head = "  ".join(part for part in (suite, name, first + note) if part)
    return [f"{word:<8} {head}", *(f"           {line}" for line in rest)]


_SUITES = ("predeploy", "health", "smoke", "watch")


def show(reporter: Any, decision: Decision, lines: Sequence[str]) -> None:
    """Write through pytest's terminal reporter, which knows whether colours are wanted."""
    reporter.write_sep("=", f"gonogo: {decision}", bold=True, **_COLOURS[decision])
    width = reporter._tw.fullwidth if reporter.isatty else None  # noqa: SLF001 - as pytest's plugins do
    for line in lines:
        label = line[:_LABEL]
        first, *rest = folded(line, width)
        reporter.write(label, **_LABELS.get(label.strip(), {}))
        reporter.write_line(first[_LABEL:])
        for each in rest:
            reporter.write_line(each)


def folded(line: str, width: int | None) -> list[str]:
    """Break a line for a terminal of this width, below where its text begins; None: leave it.

    A command that is to be run next begins a line of its own.
    """
    if width is None or len(line) <= width:
        return [line]
    text, mark, command = line.partition("; next: ")
    margin = " " * _LABEL
    found = wrap(
        text,
        max(40, width),
        subsequent_indent=margin,
        drop_whitespace=True,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*found, f"{margin}next: {command}"] if mark else found


def announce(reporter: Any, commands: Sequence[str]) -> None:
    """Write lines that a runner reads: each begins a line, and none is coloured or wrapped."""
    if commands:
        reporter.ensure_newline()
    for command in commands:
        reporter.write_line(command)


def print_plain(decision: Decision, lines: Sequence[str]) -> None:
    """Write without pytest."""
    print(f"gonogo: {decision}", *lines, sep="\n", file=sys.stderr)
