"""The policy with what it needs of the past: which guards hold, and whether a rollback may be."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from gonogo.core.finding import Finding, observed_commit
from gonogo.core.guard import Standing
from gonogo.core.lasting import confirmed_by_row, open_rules
from gonogo.core.outcome import Decision, Stage
from gonogo.core.past import Identity
from gonogo.core.stranger import told_apart
from gonogo.core.verdict import Verdict
from gonogo.history.failure import Unavailable
from gonogo.plugin.run import Run


class Judge:
    """Decides over the findings of a run; the history is asked where a rollback is at stake."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._standings: dict[Identity, Standing] = {}
        self._restorable: dict[Identity, bool | None] = {}
        self._unkept: str | None = None
        self._silence: str | None = None
        self.standing = Standing()

    def so_far(self, findings: tuple[Finding, ...], stage: Stage) -> Verdict:
        """Decide while the run goes on."""
        policy = self._run.plan.policy
        strongest = policy.decide(findings, stage, within_rollback_window=True)
        if strongest.decision is not Decision.ROLLBACK:
            return strongest
        return self._decided(findings, stage, self._standing_of(findings, stage))

    def finally_(self, findings: tuple[Finding, ...], stage: Stage) -> Verdict:
        """Decide with all that is known of the past."""
        findings = self._lasting(findings, stage)
        standing = self._standing_of(findings, stage)
        return self._decided(told_apart(findings, standing.known), stage, standing)

    def _lasting(self, findings: tuple[Finding, ...], stage: Stage) -> tuple[Finding, ...]:
        """Confirm what scheduled runs have seen long enough; a silent history confirms nothing."""
        policy, past = self._run.plan.policy, self._run.past
        checks = open_rules(findings, policy)
        if stage is not Stage.SCHEDULED or not checks or not past.configured or self._run.booted:
            return findings
        from gonogo.history.questions import row_of  # noqa: PLC0415 - only where it is used

        target = self._run.plan.target.name
        try:
            row = past.ask(lambda history: row_of(history, target, checks))
        except Unavailable as silence:
            self._silence = str(silence)
            return findings
        return confirmed_by_row(findings, policy, row, past.started)

    def _decided(self, findings: tuple[Finding, ...], stage: Stage, standing: Standing) -> Verdict:
        verdict = self._by(findings, stage, standing)
        near = verdict.decision is Decision.ROLLBACK and stage is Stage.POSTDEPLOY
        beside = self._run.options.baseline_url is not None  # what serves need not be restored
        if near and not self._run.booted and not beside:
            standing = self._told(standing)
            verdict = self._by(findings, stage, standing)
        self.standing = replace(standing, problem=standing.problem or self._silence)
        return verdict

    def _by(self, findings: tuple[Finding, ...], stage: Stage, standing: Standing) -> Verdict:
        return self._run.plan.policy.decide(
            findings,
            stage,
            standing.guard,
            within_rollback_window=bool(standing.in_window),
            failed_before=standing.failed_before or (),
        )

    def _standing_of(self, findings: tuple[Finding, ...], stage: Stage) -> Standing:
        """Ask once for each deployment: what serves may be known only in the end.

        A command that was booted for this run is no deployment, and nobody guards it.
        """
        if self._run.booted:
            return self._run.past.unasked(self._run.plan.target)
        options = self._run.options
        current = Identity(options.deployment, options.commit or observed_commit(findings))
        if current not in self._standings:
            plan = self._run.plan
            self._standings[current] = self._run.past.standing(
                plan.target, current, stage, migrations=plan.subjects.migrations is not None
            )
        return self._standings[current]

    def _told(self, standing: Standing) -> Standing:
        """Ask the provider once for each version to go back to: only where a rollback is near."""
        previous = standing.previous
        if previous not in self._restorable:
            from gonogo.plugin.restorable import restorable  # noqa: PLC0415 - rarely needed

            self._restorable[previous] = None  # where an interrupt ends the asking
            with suppress(KeyboardInterrupt):
                self._restorable[previous] = restorable(self._run.plan, previous)
        return standing.told(self._restorable[previous])

    def leave(self, written: Mapping[str, Any] | None) -> None:
        """Leave the record to later runs."""
        past = self._run.past
        self._unkept = "there is no record" if written is None else past.write(written)

    @property
    def lines(self) -> list[str]:
        """Say what the history could not do."""
        if not self._run.past.configured:
            return []
        asked, kept = self.standing.problem, self._unkept
        lines = [f"history  not asked, guards left open: {asked}"] if asked else []
        return [*lines, *([f"history  not recorded: {kept}"] if kept else [])]
