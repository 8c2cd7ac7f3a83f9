"""The page that says what to do about a decision: shipped with the package, or a team's own."""

from pathlib import Path

from gonogo.core.outcome import Decision
from gonogo.reporting.record import About, without_userinfo

_PACKAGE = Path(__file__).parents[1]
# installed, and in a checkout
_PLACES = (_PACKAGE / "runbooks", _PACKAGE.parents[1] / "docs" / "runbooks")


def link_of(about: About, decision: Decision) -> str | None:
    """Return where the team keeps its page, None where `runbooks` is not configured."""
    base = about.plan.document.runbooks
    if base is None:
        return None
    return f"{without_userinfo(base).rstrip('/')}/{decision.lower()}.md"


def page_of(decision: Decision) -> str | None:
    """Return our own page as Markdown; None where it was not installed."""
    for folder in _PLACES:
        file = folder / f"{decision.lower()}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None
