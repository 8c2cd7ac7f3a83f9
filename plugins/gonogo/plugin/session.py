"""The hooks of an awake run: thin, each delegates to the part that owns the topic."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gonogo.config.load import load
from gonogo.core.errors import EvidenceUnavailable
from gonogo.plugin import (
    boot,
    exits,
    explain,
    interrupt,
    labels,
    marks,
    order,
    reports,
    reruns,
    territory,
    workers,
)
from gonogo.plugin.gate import Gate
from gonogo.plugin.options import Options
from gonogo.plugin.params import asks_of, triggers_of
from gonogo.plugin.recorder import ATTRIBUTE, counts, finding_of, plain_words
from gonogo.plugin.run import Run
from gonogo.plugin.stash import EVIDENCE, JOURNEY
from gonogo.plugin.territory import below
from gonogo.reporting import redaction
from gonogo.reporting.waiting import Waiting

ITSELF = "--gonogo-baseline-url is the target's own URL: compared with itself, all is as usual"


class Awake:
    """Registered only when a gate was asked for."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._worker = hasattr(config, "workerinput")
        start = Path(config.invocation_params.dir)
        booted: str | None = getattr(config, "workerinput", {}).get("gonogo_booted")
        plan = load(options.choice, start)
        if plan.target.command:
            boot.check(plan.target.command, plan.root)
            booted = booted or f"http://127.0.0.1:{boot.free_port()}"
            plan = load(replace(options.choice, booted=booted), start)
        if options.baseline_url is not None and options.baseline_url == plan.target.url:
            raise pytest.UsageError(ITSELF)
        self.run = Run(options, plan, booted=booted is not None)
        self.run.prefetch = not self._worker
        self.run.watches = options.names_a_window or any(
            territory.within(path, "watch") for path in territory.arguments(config)
        )
        if any(territory.meets(path, "predeploy") for path in territory.arguments(config)):
            self.run.read_environment()  # a file that cannot be read ends the run before it starts
        self._booted_url = booted
        self._process: boot.Booted | None = None
        self._folder = start / options.report_dir
        self.gate = None if self._worker else Gate(config, self.run, self._folder)
        unwritable = reports.unwritable(config)  # a worker reads the command line for itself
        if self.gate is not None:
            self.gate.telling.problem = unwritable
        if not self._worker:
            interrupt.listen()
        self._exits = None if self.gate is None else exits.Exits(self._is_undecided)
        self.last_word = exits.LastWord(lambda: self.gate.exit_code if self.gate else None)

    def _is_undecided(self) -> bool:
        return self.gate is not None and self.gate.exit_code is None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        if reports.allure_folder(session.config):
            from gonogo.reporting import allure  # noqa: PLC0415 - only where results are asked for

            allure.scrub_results(self.run.redact)
            self.run.shows_steps = True
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        capture = session.config.pluginmanager.get_plugin("capturemanager")
        if reporter is not None and not self._worker:
            self.run.waiting = Waiting(reporter, capture)

    # collection

    def pytest_make_parametrize_id(self, val: object) -> str | None:
        """A team's own parameter may be a secret: its ID goes everywhere."""
        clean = self.run.redact(val) if isinstance(val, str) else val
        return clean if isinstance(clean, str) and clean != val else None

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module | None:
        return territory.module_of(module_path, parent)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order.arrange(items)
        for item in items:
            reruns.allow(item)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        checks = [item for item in session.items if counts(item)]
        self.run.waves = asks_of(checks, self.run)
        self.run.triggers = triggers_of(checks)
        if reports.allure_folder(session.config):
            labels.label(checks)
        if self.gate is not None and not _distributes(session.config):
            self._expect([item.nodeid for item in checks])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if self.gate is None:
            return
        if report.failed:
            self.gate.uncollected(report)
        elif report.skipped and below(report.nodeid):
            self.gate.skipped(report)

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        if self.gate is not None and items:
            self.gate.narrowed()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["gonogo_booted"] = self._booted_url

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._expect([nodeid for nodeid in ids if below(nodeid)])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        return workers.scheduler(config, log) if self.run.watches else None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        workers.hear(self.run, getattr(node, "workeroutput", None))

    def _expect(self, checks: list[str]) -> None:
        if self.gate is None:
            return
        self.gate.expect(checks)
        command = self.run.plan.target.command
        if command and checks and self._process is None and not self.gate.only_predeploy:
            port = int(str(self._booted_url).rsplit(":", 1)[1])
            log = self._folder / explain.LOG
            self._process = boot.Booted(command, port, self.run.plan.root, log)
            self.run.gone = self._process.gone

    # running

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        item.stash[EVIDENCE] = []  # a rerun starts with nothing in its hands
        item.stash[JOURNEY] = None
        wrong = marks.faults(item.iter_markers("gonogo"))
        if wrong:
            raise EvidenceUnavailable(wrong)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if counts(item):
            finding = finding_of(item, call, report)
            if finding is not None:
                safe = replace(finding, message=self.run.redact(finding.message))
                setattr(report, ATTRIBUTE, safe.flat())
            report.longrepr = plain_words(item, call) or report.longrepr
        journey = item.stash.get(JOURNEY, None)
        if journey is not None and journey.steps and report.failed and report.when == "call":
            report.sections.append(("journey", "\n".join(journey.lines())))
        redaction.scrub_report(report, self.run.redact)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        return redaction.compared(op, left, right, self.run.redact)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.gate is not None:
            self.gate.receive(report)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport, sched: Any) -> None:
        folder = reports.allure_folder(sched.config)
        if folder is not None:
            from gonogo.reporting import allure_decision  # noqa: PLC0415 - as above

            allure_decision.write_lost(folder, crashitem, str(report.longrepr), self.run.redact)

    # the end

    def pytest_keyboard_interrupt(self) -> None:
        if self.gate is not None:
            self.gate.interrupted()

    def pytest_internalerror(self, excrepr: object) -> None:
        if self.gate is not None:
            self.gate.broken(str(excrepr).strip().splitlines()[-1:])

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        try:
            yield
        finally:
            with interrupt.held():
                self.run.close()
                if self._worker:
                    workers.tell(self.run, session.config)
                if self._process is not None:
                    self._process.stop()
                if self.gate is not None:
                    self.gate.close(session, reports.allure_folder(session.config))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.gate is not None:
            self.gate.tell(terminalreporter)

    def pytest_unconfigure(self) -> None:
        self.run.close()
        if self._process is not None:
            self._process.stop()
        if self.gate is not None:
            self.gate.tell_anyway()
        if self._exits is not None:
            self._exits.close()


def _distributes(config: pytest.Config) -> bool:
    return config.pluginmanager.has_plugin("dsession")
