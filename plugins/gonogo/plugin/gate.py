"""The gate: on the controller, from reports to the verdict, the record and the exit status."""

import os
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gonogo.core.finding import Finding
from gonogo.core.hint import Hint
from gonogo.core.ledger import Ledger
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.verdict import Verdict
from gonogo.plugin.explain import explained
from gonogo.plugin.judge import Judge
from gonogo.plugin.recorder import ATTRIBUTE
from gonogo.plugin.run import Run
from gonogo.plugin.telling import USAGE, Telling
from gonogo.plugin.territory import below, missing, stage_folder
from gonogo.reporting import record, runbook, summary

_NARROWING = ("keyword", "markexpr", "deselect", "lf", "ignore", "ignore_glob")
_EXPLAINED = {0, 1, 5}
EXPIRES = timedelta(hours=1)


class Gate:
    """Collects what the checks found and decides, once."""

    def __init__(self, config: pytest.Config, run: Run, folder: Path) -> None:
        self._config = config
        self._run = run
        self._ledger = Ledger()
        shared = run.options.baseline_url is not None  # it has not all the traffic yet
        self._partial = _is_narrowed(config) or run.options.emergency is not None or shared
        self._foreign_failures = 0
        self._verdict: Verdict | None = None
        self._exit = Decision.INCONCLUSIVE.exit_code
        self._hints: Mapping[str, Hint] | None = None
        self._judge = Judge(run)
        self._explained = False
        self._why_missing = "did not report"
        self._about = _about(run, folder)
        self.telling = Telling(run, self._about, self._judge, config.rootpath)
        try:
            record.write_pending(self._about)
        except OSError as error:
            text = f"gonogo: cannot write to {folder}: {error.strerror}; give --gonogo-report-dir"
            raise pytest.UsageError(text) from None

    @property
    def exit_code(self) -> int | None:
        """The exit code, None while nothing is decided."""
        return None if self._verdict is None else self._exit

    @property
    def stage(self) -> Stage:
        """The stage given, or what the selected suites say."""
        if self._run.options.stage is not None:
            return self._run.options.stage
        return Stage.PREDEPLOY if self.only_predeploy else Stage.POSTDEPLOY

    @property
    def only_predeploy(self) -> bool:
        """True when every expected check is below suites/predeploy."""
        folders = {stage_folder(check) for check in self._ledger.expected}
        return folders == {"predeploy"}

    def expect(self, checks: Sequence[str]) -> None:
        """Add the node IDs that must report."""
        self._ledger.expect(checks)

    def narrowed(self) -> None:
        """Note that some items were deselected."""
        self._partial = True

    def uncollected(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be collected is evidence that does not exist."""
        lines = str(report.longrepr).strip().splitlines()
        last = " ".join(lines[-1:]).removeprefix("E ").strip()
        self._ledger.blank(report.nodeid, f"could not be collected: {last}")
        self._explained = True
        self._why_missing = "not run: another suite could not be collected"

    def skipped(self, report: pytest.CollectReport) -> None:
        """A module that skips itself brings no check that could be missed."""
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        self._ledger.blank(report.nodeid, f"skipped as a whole: {reason}")

    def interrupted(self) -> None:
        """What has not reported by now never will. Stops that were explained come this way too."""
        if self._explained:
            return
        self._why_missing = "not run: interrupted"
        for finding in self._run.confirmed(self._ledger.expected):
            self._ledger.receive(finding)
        if self._decided().decision is not Decision.ROLLBACK:
            self._ledger.blank("", "the run was interrupted")

    def broken(self, lines: Sequence[str]) -> None:
        """Pytest itself failed."""
        self._ledger.blank("", f"pytest failed internally: {' '.join(lines)}")

    def receive(self, report: pytest.TestReport) -> None:
        """Take the finding of a report; a confirmed rollback ends the session at once."""
        flat = getattr(report, ATTRIBUTE, None)
        if report.outcome == "rerun":  # type: ignore[comparison-overlap]
            self._ledger.rerun(report.nodeid, str((flat or {}).get("message", "")))
            return
        if flat is not None:
            self._ledger.receive(Finding.from_flat(flat))
        elif report.failed and below(report.nodeid):
            self._ledger.receive(_without_record(report))
        elif report.failed:
            self._foreign_failures += 1
        failed = flat is not None and flat["outcome"] == str(Outcome.FAIL)
        if failed and self._decided().decision is Decision.ROLLBACK:
            self._why_missing = "not run: the decision was already reached"
            self._stop()

    def _stop(self) -> None:
        self._explained = True
        session: Any = self._config.pluginmanager.get_plugin("session")
        distributed: Any = self._config.pluginmanager.get_plugin("dsession")
        if session is not None:
            session.shouldstop = "gonogo: ROLLBACK is confirmed"
        if distributed is not None:
            distributed.shouldstop = "gonogo: ROLLBACK is confirmed"

    def _decided(self) -> Verdict:
        return self._judge.so_far(self._ledger.close(self._why_missing), self.stage)

    def close(self, session: pytest.Session, allure: Path | None = None) -> None:
        """Decide, write the record, set the exit status; `allure` is a folder of results."""
        if self._verdict is not None:
            return
        status = int(session.exitstatus)
        self.telling.usage = status == USAGE
        for fault in missing(self._config):
            self._ledger.blank("", fault)
        explained = status in _EXPLAINED and not self._foreign_failures
        if not explained and self._decided().decision is Decision.GO:
            why = f"pytest ended with status {status} for a reason outside the checks"
            self._ledger.blank("", why)
        self._verdict = self._judge.finally_(self._ledger.close(self._why_missing), self.stage)
        shadow = self._run.options.shadow
        self._exit = 0 if shadow else self._verdict.decision.exit_code
        outcome, written, text = self._written(self._verdict)
        session.exitstatus = self._exit
        self.telling.report(outcome, text, allure)
        self._judge.leave(written)
        self.telling.notify(written)

    def _written(self, verdict: Verdict) -> tuple[record.Outcome, Any, str]:
        """Write record, summary and outputs; return what was written, as far as it was."""
        outcome, written, text = self._outcome(verdict), None, ""
        try:
            written = record.write(self._about, outcome, self._run.redact)
            text = summary.write(self._about, outcome, self._run.redact)
            record.write_outputs(os.environ, outcome, self._run.redact)
        except OSError as error:
            self._exit = Decision.INCONCLUSIVE.exit_code
            problem = f"the record could not be written: {error}"
            self.telling.problem = problem
            outcome, written = self._taken_back(problem, written)
        return outcome, written, text

    def _taken_back(self, why: str, written: Any) -> tuple[record.Outcome, Any]:
        """Say by which code the run now ends; a GO that not everybody can read is none."""
        if self._verdict is None or self._verdict.decision is Decision.GO:
            self._ledger.blank("", why)
            self._verdict = self._judge.finally_(self._ledger.close(self._why_missing), self.stage)
        outcome = self._outcome(self._verdict)
        with suppress(OSError):
            written = written and record.write(self._about, outcome, self._run.redact)
        return outcome, written

    def _outcome(self, verdict: Verdict) -> record.Outcome:
        if self._hints is None:
            self._hints = explained(self._run, verdict.findings, self._about.folder)
        return record.Outcome(
            verdict,
            self.stage,
            self._exit,
            partial=self._partial,
            standing=self._judge.standing,
            hints=self._hints,
            runbook=runbook.link_of(self._about, verdict.decision),
        )

    def tell(self, reporter: Any) -> None:
        """Tell pytest's terminal what was decided."""
        if self._verdict is not None:
            self.telling.tell(reporter, self._outcome(self._verdict))

    def tell_anyway(self) -> None:
        """Print it all the same where pytest prints no summary."""
        if self._verdict is not None:
            self.telling.tell_anyway(self._outcome(self._verdict))


def _about(run: Run, folder: Path) -> record.About:
    return record.About(
        run_id=uuid.uuid4().hex,
        plan=run.plan,
        folder=folder,
        started=datetime.now(UTC),
        expires=EXPIRES,
        stage=run.options.stage,
        shadow=run.options.shadow,
        commit=run.options.commit,
        deployment=run.options.deployment,
        emergency=run.options.emergency,
        baseline_url=run.options.baseline_url,
        thrown_away="GONOGO_THROWN_AWAY" in os.environ,
    )


def _is_narrowed(config: pytest.Config) -> bool:
    if any("::" in argument or argument.endswith(".py") for argument in config.args):
        return True
    return any(getattr(config.option, name, None) for name in _NARROWING)


def _without_record(report: pytest.TestReport) -> Finding:
    """A crashed worker reports a failure that carries no finding of ours."""
    lines = str(report.longrepr).strip().splitlines()
    return Finding(
        report.nodeid, Outcome.UNKNOWN, signal="ledger", message=" ".join(lines[-1:]) or "no report"
    )
