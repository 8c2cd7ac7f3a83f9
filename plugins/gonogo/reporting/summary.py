"""`summary.md`, for a pull request or a job summary."""

from gonogo.core.outcome import Decision
from gonogo.core.outcome import Outcome as CheckOutcome
from gonogo.reporting.record import About, Outcome, write_atomically
from gonogo.reporting.redaction import Redact

NEXT = {
    "GO": "Proceed.",
    "BLOCK": "Stop: the new version must not take traffic. There is nothing to undo.",
    "ROLLBACK": "Roll back, then verify what serves.",
    "HOLD": "Promote nothing, and call a human.",
    "INCONCLUSIVE": "Promote nothing: nothing is proven either way. Retry, or call a human.",
}
MOST = 50


def text(about: About, outcome: Outcome) -> str:
    """Return the summary as Markdown."""
    verdict = outcome.verdict
    counts = verdict.counts
    scope = ", a partial run" if outcome.partial else ""
    shadow = ", shadow" if about.shadow else ""
    lines = [
        f"## gonogo: {verdict.decision}",
        "",
        f"{cell(about.plan.project)} @ {about.plan.target.name} ({outcome.stage}{scope}{shadow}): "
        f"{counts['passed'] + counts['warned']} of {counts['total']} checks passed. "
        f"{NEXT[verdict.decision]}",
    ]
    if verdict.reasons:
        lines += ["", "| decision | signal | check | what was seen |", "|---|---|---|---|"]
    for reason in verdict.reasons[:MOST]:
        finding = reason.finding
        note = f" ({reason.note})" if reason.note else ""
        check = f"`{cell(finding.check)}`" if finding.check else ""
        seen = cell(finding.message) + note
        lines.append(f"| {reason.decision} | {finding.signal} | {check} | {seen} |")
    if len(verdict.reasons) > MOST:
        lines.append(f"\n… and {len(verdict.reasons) - MOST} more in `decision.json`.")
    lines += _hints(outcome)
    if outcome.runbook is not None and verdict.decision is not Decision.GO:
        lines += ["", f"What to do: <{outcome.runbook}>"]
    warned = [f for f in verdict.findings if f.outcome is CheckOutcome.WARN]
    if warned:
        lines += ["", "Warnings:", ""]
        lines += [f"- `{cell(f.slug or f.check)}`: {cell(f.message)}" for f in warned[:MOST]]
    return "\n".join(lines) + "\n"


def _hints(outcome: Outcome) -> list[str]:
    """Say each likely cause once, and what to run next."""
    reasons = [reason.finding for reason in outcome.verdict.reasons[:MOST]]
    named = [(f, outcome.hints[f.check]) for f in reasons if f.check in outcome.hints]
    first = {hint: finding for finding, hint in reversed(named)}
    lines = [
        f"- `{cell(first[hint].slug or first[hint].check)}`: {cell(hint.cause)}. "
        f"Next: `{_code(hint.next)}`"
        for hint in dict.fromkeys(hint for _, hint in named)
    ]
    return ["", "Likely causes:", "", *lines] if lines else []


def write(about: About, outcome: Outcome, redact: Redact) -> str:
    """Write the summary beside the record, and return it."""
    whole = redact(text(about, outcome))
    write_atomically(about.folder / "summary.md", whole)
    return whole


def _code(value: str) -> str:
    """One line that a code span can hold."""
    return " ".join(value.split())[:500].replace("`", "'")


def cell(value: str) -> str:
    """One line, with nothing that breaks a table or is rendered as markup."""
    plain = " ".join(value.split())[:500]
    return plain.replace("|", "\\|").replace("<", "&lt;").replace("`", "'")
