"""From what a run has seen to a likely cause: a table over facts, which decides nothing.

A wrong diagnosis is worse than none: a row speaks only where the facts leave it no choice, and
most failures have no row.
"""

from collections.abc import Callable, Iterable, Mapping

from gonogo.core import causes_of_answers, causes_of_silence
from gonogo.core.clue import NOTHING
from gonogo.core.finding import Finding
from gonogo.core.hint import Case, Hint, Scene
from gonogo.core.outcome import Outcome

# the first that fits
TABLE: tuple[Callable[[Case], Hint | None], ...] = (
    causes_of_answers.ended,
    causes_of_silence.certificate,
    causes_of_silence.wants_tls,
    causes_of_silence.refused,
    causes_of_silence.dns,
    causes_of_silence.timeout,
    causes_of_answers.edge,
    causes_of_answers.login,
    causes_of_answers.variable,
    causes_of_answers.its_backend,
    causes_of_answers.page,
    causes_of_answers.absent,
    causes_of_answers.key,
    causes_of_answers.old_version,
)


def hint_of(finding: Finding, seen: Iterable[Finding], scene: Scene) -> Hint | None:
    """Explain one finding; None where it went well, says its own fix, or nothing is certain."""
    good = finding.outcome in {Outcome.PASS, Outcome.WARN}
    if good or "fix: " in finding.message or finding.clue == NOTHING:
        return None
    case = Case(finding, finding.clue, scene, tuple(seen))
    hint = next((hint for row in TABLE if (hint := row(case)) is not None), None)
    return None if hint is None else Hint(_line(hint.cause), _line(hint.next))


def _line(text: str) -> str:
    """One line, which nothing that was answered can break or colour."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())


def hints_of(findings: Iterable[Finding], scene: Scene) -> Mapping[str, Hint]:
    """Explain what can be explained, by check."""
    seen = tuple(findings)
    found = {each.check: hint_of(each, seen, scene) for each in seen}
    return {check: hint for check, hint in found.items() if hint is not None}
