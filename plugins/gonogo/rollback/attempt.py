"""One attempt: is the decision still right, may it be acted on, restore, see it serve, verify."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gonogo.config.load import Plan
from gonogo.core.clock import seconds
from gonogo.core.errors import Declined, EvidenceUnavailable
from gonogo.core.guard import Guard, guards_of, is_thawed, refusal
from gonogo.core.outcome import Decision
from gonogo.core.past import Deployment, Identity, Rollback
from gonogo.core.provider import (
    Deployed,
    State,
    can_be_restored,
    goal_of,
    live_of,
)
from gonogo.history import History
from gonogo.history.questions import Situation, past_of
from gonogo.rollback.case import Case
from gonogo.rollback.ending import REFUSED, UNKNOWN, VERIFIED, Stop, refused, unknown
from gonogo.rollback.verifying import Place, verified
from gonogo.rollback.witness import Witness, is_goal, is_silent

FORWARD = (
    "roll forward: deploy a repair of this release; {goal} may not run on the schema that it has"
    " migrated to"
)
BY_HAND = "give deploy/rollback.sh a ROLLBACK_COMMAND"


@dataclass
class Chosen:
    """What is to be undone, what is to be brought back, and what was asked on the way."""

    live: Deployed
    goal: Deployed
    listed: list[Deployed]
    guard: Guard = field(default_factory=dict)
    already: bool = False


@dataclass(frozen=True)
class Attempt:
    """What an attempt needs; `now` gives epoch seconds."""

    plan: Plan
    case: Case
    witness: Witness
    place: Place
    say: Callable[[str], None]
    now: Callable[[], float] = time.time

    def choose(self, history: History) -> Chosen:
        """Find what to bring back; raises Stop where nothing may be."""
        listed = self._listed()
        live = live_of(listed)
        if live is None:
            raise unknown("the provider names no deployment that serves: nothing was undone")
        wanted = self._wanted(history)
        if self.case.is_about(live) is not True and _matches(live.identity, wanted):
            return Chosen(live, live, listed, already=True)
        goal = self._goal(history, wanted, listed, live)
        self._is_still_about(live, goal)
        self._is_alone(listed, live)
        return Chosen(live, goal, listed, self._guards(history, listed, goal))

    def _listed(self) -> list[Deployed]:
        try:
            return self.witness.deployments()
        except EvidenceUnavailable as silence:
            raise unknown(f"what is live is not known, nothing was undone: {silence}") from None

    def _wanted(self, history: History) -> Identity:
        """Return what the record names, or what an attempt on it has chosen."""
        if self.case.previous.key:
            return self.case.previous
        noted = history.rollbacks(self.case.target)
        return next((r.goal for r in noted if r.run_id == self.case.run_id), Identity())

    def _goal(
        self, history: History, wanted: Identity, listed: list[Deployed], live: Deployed
    ) -> Deployed:
        """Return what is wanted as the provider lists it, or else the newest that had a GO."""
        proven = [d for d in history.deployments(self.case.target) if d.proven is not None]
        if not wanted.key:
            return self._newest_proven(proven, listed, live)
        if not any(each.identity.same(wanted) for each in proven):
            text = f"no_target: the history knows of no GO of {wanted.key}"
            raise refused(text, BY_HAND)
        goal = goal_of(listed, wanted)
        if goal is None:
            raise refused(f"target_not_restorable: the provider lists no {wanted.key}", BY_HAND)
        return goal if goal.commit else replace(goal, commit=wanted.commit)

    def _newest_proven(
        self, proven: list[Deployment], listed: list[Deployed], live: Deployed
    ) -> Deployed:
        for each in listed:
            known = any(_matches(found.identity, each.identity) for found in proven)
            other = each.identity.same(self.case.source) is not True and each.id != live.id
            fit = each.state is State.REPLACED and each.restorable is not False
            if known and other and fit:
                return each
        raise refused("no_target: no deployment that can be restored had a GO", BY_HAND)

    def _is_still_about(self, live: Deployed, goal: Deployed) -> None:
        about = self.case.is_about(live)
        if about is None:
            text = f"{live} is live, and the record does not say which deployment it is about"
            raise unknown(text, "give the suites --gonogo-deployment or --gonogo-commit")
        if not about:
            key = self.case.source.key or self.case.observed
            text = f"{live} is live by now, and the decision is about {key}: nothing is undone"
            raise refused(text, "verify what is live")
        if live.created > self.case.decided and not self.case.source.id:
            text = f"{live} was deployed after the decision: nothing is undone"
            raise refused(text, "verify what is live")
        if is_goal(live, goal):
            raise refused(f"{live} is live, and is what would be brought back: nothing is undone")

    def _is_alone(self, listed: list[Deployed], live: Deployed) -> None:
        for each in listed:
            if each.state is State.UNDER_WAY and each.created >= live.created:
                text = f"{each} is being deployed ({each.word}): two at once end as nobody knows"
                raise refused(text, "wait for it, and verify it")

    def _guards(self, history: History, listed: list[Deployed], goal: Deployed) -> Guard:
        """Evaluate every guard anew, and the decision by them; raises Stop."""
        plan, case, now = self.plan, self.case, self.now()
        migrations = plan.subjects.migrations is not None
        source = Identity(case.source.id, case.source.commit or case.observed)
        situation = Situation(case.target, source, case.stage, case.decided, migrations)
        past, current = past_of(history, situation)
        file = plan.target.frozen_file
        exists = None if file is None else (plan.root / file).exists()
        guard: Guard = {
            **guards_of(past, current, now),
            "frozen": is_thawed(plan.target.frozen, exists),
            "target_not_restorable": can_be_restored(listed, goal.identity),
        }
        found = plan.policy.decide(
            case.findings,
            case.stage,
            guard,
            within_rollback_window=case.in_window,
            failed_before=case.failed_before | (past.failed_before or frozenset()),
        )
        if found.decision is not Decision.ROLLBACK:
            name = refusal(found.guard) or (found.reasons[0].note if found.reasons else "")
            raise self._held(str(name or found.decision), history, goal)
        return found.guard

    def _held(self, name: str, history: History, goal: Deployed) -> Stop:
        if name == "rollback_unsafe_migration":
            return refused(name, FORWARD.format(goal=goal))
        if name != "attempt_budget":
            return refused(f"{name}: nothing is undone", "a human must look")
        last = next(iter(history.rollbacks(self.case.target)), None)
        told = "another rollback"
        if last is not None:
            ago = seconds(max(0.0, self.now() - last.at))
            told = f"{last.source.key} -> {last.goal.key}, {ago} ago: {last.outcome or 'unknown'}"
        return refused(f"attempt_budget: there was one already ({told})", "a human must look")

    def note(self, history: History, chosen: Chosen) -> Rollback:
        """Note the attempt before acting; raises Stop where another one was quicker."""
        rollback = Rollback(
            self.now(),
            Identity(chosen.live.id, chosen.live.commit or self.case.source.commit),
            chosen.goal.identity,
            outcome="asked",
            run_id=self.case.run_id,
        )
        if not history.claim_rollback(self.case.target, rollback):
            raise self._held("attempt_budget", history, chosen.goal)
        return rollback

    def act(self, chosen: Chosen) -> tuple[int, str, str]:
        """Restore, and see it through: the exit code, why, and what the history keeps of it."""
        if not chosen.already:
            self.say(f"restoring {chosen.goal} in place of {chosen.live}")
            try:
                self.witness.restore(chosen.goal)
            except Declined as declined:
                return self._declined(chosen, declined)
            except EvidenceUnavailable as silence:
                self.say(f"the provider did not answer, asking what serves: {silence}")
        code, text = self._serves(chosen, self.witness.patience)
        if code not in {VERIFIED, _NO_VERSION}:
            return code, text, "not served" if code == REFUSED else "unknown"
        return self._verified(chosen, code, text)

    def _declined(self, chosen: Chosen, declined: Declined) -> tuple[int, str, str]:
        """A no counts for what it says only while the old version does not serve after all."""
        code, _ = self._serves(chosen, 0.0)
        if code == VERIFIED:
            return self._verified(chosen, code, f"{declined}, but it serves")
        return REFUSED, f"not restored: {declined}; fix: {BY_HAND}", "declined"

    def _serves(self, chosen: Chosen, limit: float) -> tuple[int, str]:
        goal = chosen.goal
        if not self.witness.tells_versions or not goal.commit:
            if self.witness.live(goal, limit):
                return _NO_VERSION, "which version serves is not known"
            return UNKNOWN, f"the provider does not say that {goal} is live again"
        known = {each.id for each in chosen.listed}
        try:
            seen = self.witness.served(goal.commit, limit, known, goal)
        except EvidenceUnavailable as silence:
            return UNKNOWN, str(silence)
        if seen.good:
            return VERIFIED, f"{goal} serves"
        text = f"restored, says the provider, but not what serves: {seen.reading.text}"
        return (UNKNOWN if is_silent(seen) else REFUSED), text

    def _verified(self, chosen: Chosen, code: int, text: str) -> tuple[int, str, str]:
        self.say(text)
        commit = chosen.goal.commit if code == VERIFIED else None
        judged, told = verified(self.place, Identity(self._restored(chosen), commit), os.environ)
        if judged == VERIFIED and code == _NO_VERSION:
            fix = "configure version = { path, field } of the service"
            return UNKNOWN, f"{told}, but {text}; fix: {fix}", "unknown"
        word = {VERIFIED: "verified", REFUSED: "not well"}.get(judged, "unknown")
        return judged, told if judged == VERIFIED else f"restored, not verified: {told}", word

    def _restored(self, chosen: Chosen) -> str | None:
        """Return the ID that the restored deployment has now."""
        try:
            live = live_of(self.witness.deployments())
        except EvidenceUnavailable:
            return None
        return live.id if live is not None and is_goal(live, chosen.goal) else None


_NO_VERSION = -1


def _matches(one: Identity, other: Identity) -> bool:
    """Tell whether two names may mean the same deployment: by ID, or else by commit."""
    commits = Identity(commit=one.commit), Identity(commit=other.commit)
    return bool(one.same(other)) or bool(commits[0].same(commits[1]))
