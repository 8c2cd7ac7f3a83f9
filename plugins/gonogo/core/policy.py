"""The policy: findings in, verdict out. No clock, no input, no output."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import assert_never

from gonogo.core.finding import Finding
from gonogo.core.guard import UNGUARDED, Guard, refusal
from gonogo.core.outcome import Decision, Outcome, Stage, worst
from gonogo.core.rule import DEFAULT_RULES, Action, Rule
from gonogo.core.series import NOT_YET
from gonogo.core.stranger import STRANGE
from gonogo.core.verdict import Reason, Verdict

NOTHING_CHECKED = "no check was run, so nothing is known about this release"


@dataclass(frozen=True)
class Policy:
    """The table of rules."""

    rules: Mapping[str, Rule] = field(default_factory=lambda: DEFAULT_RULES)

    @property
    def digest(self) -> str:
        """A hash over all the rules: equal policies have equal hashes."""
        table = {name: asdict(self.rules[name]) for name in sorted(self.rules)}
        return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()[:16]

    def rule_for(self, finding: Finding) -> Rule:
        """Return the rule of the finding's signal; an unknown signal is judged as `smoke`."""
        return self.rules.get(finding.signal) or self.rules["smoke"]

    def decide(
        self,
        findings: Iterable[Finding],
        stage: Stage,
        guard: Guard = UNGUARDED,
        *,
        within_rollback_window: bool = False,
        failed_before: Collection[str] = frozenset(),
    ) -> Verdict:
        """Decide. `within_rollback_window` matters in the scheduled stage only.

        `failed_before` are the checks that failed before the deploy, so that it is not to blame.
        """
        seen = tuple(findings)
        if not seen:
            nothing = Finding("", Outcome.UNKNOWN, signal="ledger", message=NOTHING_CHECKED)
            reason = Reason(Decision.INCONCLUSIVE, nothing)
            return Verdict(Decision.INCONCLUSIVE, (reason,), (), guard)
        may_roll_back = stage is Stage.POSTDEPLOY or (
            stage is Stage.SCHEDULED and within_rollback_window
        )
        old = {**guard, "preexisting": False}
        reasons = [
            self._reason(
                finding,
                stage,
                old if finding.check in failed_before else guard,
                may_roll_back=may_roll_back,
            )
            for finding in seen
        ]
        given = [reason for reason in reasons if reason is not None]
        if not given and all(finding.outcome is Outcome.UNKNOWN for finding in seen):
            given = [Reason(Decision.INCONCLUSIVE, finding) for finding in seen]
        given.sort(key=_strongest_first)
        decision = worst([Decision.GO, *(reason.decision for reason in given)])
        refused = decision is not Decision.ROLLBACK and any(
            reason.note == "preexisting" for reason in given
        )
        return Verdict(decision, tuple(given), seen, old if refused else guard)

    def _reason(
        self, finding: Finding, stage: Stage, guard: Guard, *, may_roll_back: bool
    ) -> Reason | None:
        match finding.outcome:
            case Outcome.PASS | Outcome.WARN:
                return None
            case Outcome.UNKNOWN:
                return Reason(Decision.INCONCLUSIVE, finding) if finding.required else None
            case Outcome.FAIL:
                pass
            case _:
                assert_never(finding.outcome)
        match self.rule_for(finding).action:
            case Action.WARN:
                return None
            case Action.HOLD:
                return Reason(Decision.HOLD, finding)
            case Action.BLOCK:
                return _blocked(finding, stage)
            case Action.ROLLBACK:
                return _rolled_back(finding, stage, guard, may_roll_back=may_roll_back)
            case action:
                assert_never(action)


def _strongest_first(reason: Reason) -> tuple[int, bool, str]:
    """What was never attempted comes after what explains it."""
    return -reason.decision.rank, reason.finding.attempts == 0, reason.finding.check


def _blocked(finding: Finding, stage: Stage) -> Reason:
    """`not-live` blocks while the old version serves everywhere, and holds where both do.

    It holds as well where a third one serves: that is no deployment which took no traffic.
    """
    if stage is Stage.SCHEDULED:
        return Reason(Decision.HOLD, finding, "nothing is being deployed")
    if finding.signal == "not-live" and finding.confirmed_by == "mixed":
        return Reason(Decision.HOLD, finding, "old and new version both serve")
    if finding.signal == "not-live" and finding.confirmed_by == STRANGE:
        return Reason(Decision.HOLD, finding, "neither the old version nor the new one")
    return Reason(Decision.BLOCK, finding)


def _rolled_back(finding: Finding, stage: Stage, guard: Guard, *, may_roll_back: bool) -> Reason:
    if finding.confirmed_by == NOT_YET:
        return Reason(Decision.HOLD, finding, "not confirmed yet")
    if stage is Stage.PREDEPLOY:
        return Reason(Decision.BLOCK, finding, "nothing is deployed yet")
    if not may_roll_back:
        return Reason(Decision.HOLD, finding, "outside the rollback window")
    refused = refusal(guard)
    if refused is not None:
        return Reason(Decision.HOLD, finding, refused)
    return Reason(Decision.ROLLBACK, finding)
