"""Telling what the gate decided: to an Allure report, a job, people and the terminal.

What breaks here is mentioned in the closing block, and the verdict stands.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gonogo.plugin import alerts
from gonogo.plugin.judge import Judge
from gonogo.plugin.options import mistyped
from gonogo.plugin.run import Run
from gonogo.reporting import record, terminal, workflow

USAGE = int(pytest.ExitCode.USAGE_ERROR)


class Telling:
    """Tells of one run. `root` is what pytest's node IDs are relative to."""

    def __init__(self, run: Run, about: record.About, judge: Judge, root: Path) -> None:
        self._run = run
        self._about = about
        self._judge = judge
        self._root = root
        self._notified: list[str] = []
        self._told = False
        self.problem: str | None = None  # with a report; the decision stands
        self.usage = False  # pytest then ends with a code of its own, whatever is decided

    def report(self, outcome: record.Outcome, text: str, allure: Path | None) -> None:
        """Put the decision into the Allure results, and the summary into that of the job."""
        unshown = None if allure is None else self._show(allure, outcome)
        unsaid = workflow.append_summary(os.environ, text)
        self.problem = self.problem or unshown or unsaid

    def _show(self, allure: Path, outcome: record.Outcome) -> str | None:
        from gonogo.reporting import allure_decision  # noqa: PLC0415 - only where asked for

        try:
            allure_decision.write(allure, self._about, outcome, self._run.redact, os.environ)
        except OSError as error:
            return f"the decision could not be written to {allure.name}: {error.strerror}"
        return None

    def notify(self, written: Mapping[str, Any] | None) -> None:
        """Tell people of a record."""
        self._notified = alerts.told(self._run, written)

    def tell(self, reporter: Any, outcome: record.Outcome) -> None:
        """Write the closing block to pytest's terminal, below the annotations of a job."""
        self._told = True
        terminal.announce(reporter, self._annotations(outcome))
        terminal.show(reporter, outcome.verdict.decision, self._lines(outcome))

    def tell_anyway(self, outcome: record.Outcome) -> None:
        """Pytest prints no summary after an internal error: print the block all the same."""
        if not self._told:
            self._told = True
            with suppress(OSError):
                lines = [*self._lines(outcome), *self._annotations(outcome)]
                terminal.print_plain(outcome.verdict.decision, lines)

    def _lines(self, outcome: record.Outcome) -> list[str]:
        """Return the closing block."""
        shown = replace(outcome, exit_code=USAGE) if self.usage else outcome
        lines = terminal.block(self._about, shown)
        lines += self._judge.lines
        lines += [f"notify   {line}" for line in self._notified]
        lines += [f"warning  {line}" for line in mistyped(os.environ)]
        lines += [f"problem  {self.problem}"] if self.problem else []
        return [self._run.redact(line) for line in lines]

    def _annotations(self, outcome: record.Outcome) -> list[str]:
        if not workflow.is_job(os.environ):
            return []
        plan = self._run.plan
        places = workflow.Places.of_job(os.environ, [plan.root, Path.cwd(), self._root], plan.file)
        return workflow.annotations(outcome, places, self._run.redact)
