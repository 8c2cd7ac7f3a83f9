"""Runbooks: each stands alone, and its texts are those of the product."""

import re

import pytest

from gonogo.core.guard import GUARDS
from gonogo.core.outcome import Decision
from gonogo.core.rule import DEFAULT_RULES, Action
from tests.runs import ROOT

DOCS = ROOT / "docs"
RUNBOOKS = DOCS / "runbooks"
ACTIONS = {
    Decision.ROLLBACK: Action.ROLLBACK,
    Decision.BLOCK: Action.BLOCK,
    Decision.HOLD: Action.HOLD,
}


def runbook(decision: Decision) -> str:
    """Return the page for a decision."""
    return (RUNBOOKS / f"{decision.lower()}.md").read_text(encoding="utf-8")


def test_every_decision_has_a_runbook() -> None:
    named = {file.stem for file in RUNBOOKS.glob("*.md")}

    assert named == {decision.lower() for decision in Decision}


@pytest.mark.parametrize("decision", Decision)
def test_a_runbook_stands_alone_and_begins_with_its_code(decision: Decision) -> None:
    page = runbook(decision)

    assert page.startswith(f"# {decision}, exit code {decision.exit_code}\n")
    assert "](" not in page, (
        "the page is attached to reports as one file: a link would lead nowhere"
    )
    for part in ("**It means:**", "## Look at first", "## What to do", "## Do not"):
        assert part in page
    assert "## When you disagree" in page


@pytest.mark.parametrize("decision", ACTIONS)
def test_a_runbook_has_a_row_for_each_signal_that_leads_to_it(decision: Decision) -> None:
    rows = "\n".join(re.findall(r"^\| (`.+?`) \|", runbook(decision), re.MULTILINE))
    signals = {r.signal for r in DEFAULT_RULES.values() if r.action is ACTIONS[decision]}

    assert signals - set(re.findall(r"`([a-z0-9-]+)`", rows)) == set()


def test_the_runbook_of_hold_tells_every_guard() -> None:
    page = runbook(Decision.HOLD)

    assert [name for name in GUARDS if f"| `{name}` |" not in page] == []


def texts_of_the_product() -> str:
    """Return everything that the product may say."""
    folder = ROOT / "plugins" / "gonogo"
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py")))


def test_the_texts_that_runbooks_go_by_are_the_products() -> None:
    said = texts_of_the_product()
    steps = "\n".join(file.read_text() for file in sorted((ROOT / "deploy").glob("*.sh")))
    brackets = re.findall(r"^\| `([a-z_ ]+)` \|", runbook(Decision.HOLD), re.MULTILINE)
    table = runbook(Decision.INCONCLUSIVE).partition("| text on the line |")[2].partition("\n\n")[0]
    quoted = re.findall(
        r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:])
    )
    known = [text.removesuffix(" 'field'") for text in (*brackets, *quoted)]

    assert len(known) > 20
    assert [text for text in known if text not in said] == []
    for page in map(runbook, Decision):
        for line in re.findall(r"`((?:rolled back|not rolled)[^`]*)`", page):
            assert " ".join(line.split()) in steps
