"""One decision from several records: shards of a fleet, or several places that ask the same.

Pure: records in, a verdict out. A record is the JSON of `decision.json`. What is missing, not
over, expired or about something else is no evidence, and never outweighs what was seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonogo.core.outcome import Decision, worst

Record = Mapping[str, Any]
_SAME = ("project", "stage", "schema")
_COUNTS = ("passed", "warned", "failed", "unknown", "rerun", "total")


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many of so many places must agree before anything is undone or promoted."""

    needed: int
    places: int


@dataclass(frozen=True, slots=True)
class Vote:
    """What one record counts for; `fault` says why it counts as INCONCLUSIVE."""

    name: str
    decision: Decision
    record: Record
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """One decision, and why."""

    decision: Decision
    votes: tuple[Vote, ...]
    text: str

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """The reasons of all records, each with the record it comes from, the strongest first."""
        found = [
            {**reason, "record": vote.name}
            for vote in self.votes
            for reason in vote.record.get("reasons", ())
        ]
        return sorted(found, key=lambda reason: -_rank(reason.get("decision")))

    @property
    def counts(self) -> dict[str, int]:
        """Checks by outcome, summed."""
        tables = [vote.record.get("counts", {}) for vote in self.votes]
        return {name: sum(int(table.get(name, 0)) for table in tables) for name in _COUNTS}

    @property
    def complete(self) -> bool:
        """True when every record is of a complete run."""
        return all(vote.record.get("scope") == "complete" for vote in self.votes)


def merge(
    records: Mapping[str, Record | None],
    now: datetime,
    quorum: Quorum | None = None,
    shards: int | None = None,
) -> Merged:
    """Merge records by name; None stands for one that could not be read.

    Without a quorum they are shards: the strongest decision wins, as within one run; where it is
    known how many `shards` there are, one that is missing is no GO. With a quorum they are places
    that asked the same: see `_agreed`.
    """
    votes = _each_once(tuple(_vote(name, record, now) for name, record in records.items()))
    votes = _about_one_thing(votes, shards=quorum is None)
    if quorum is None:
        found = [vote.decision for vote in votes]
        missing = max(0, (shards or 0) - len(votes))
        decision = worst([*found, *[Decision.INCONCLUSIVE] * missing])
        of = f" of {shards}" if shards else ""
        noun = "shard" if (shards or len(votes)) == 1 else "shards"
        text = f"{len(votes)}{of} {noun}: {_tally(votes)}"
    else:
        decision = _agreed([vote.decision for vote in votes], quorum)
        text = (
            f"{len(votes)} of {quorum.places} places, {quorum.needed} must agree: {_tally(votes)}"
        )
    return Merged(decision, votes, text)


def _agreed(decisions: Sequence[Decision], quorum: Quorum) -> Decision:
    """ROLLBACK, BLOCK and GO want a quorum; a failure that too few places see is a HOLD.

    A place that saw a problem speaks of the release, or of the road to it: a human must look,
    and nothing is undone because of one region.
    """
    for strong in (Decision.ROLLBACK, Decision.BLOCK):
        if decisions.count(strong) >= quorum.needed:
            return strong
    if any(decision.rank >= Decision.HOLD.rank for decision in decisions):
        return Decision.HOLD
    return Decision.GO if decisions.count(Decision.GO) >= quorum.needed else Decision.INCONCLUSIVE


def _vote(name: str, record: Record | None, now: datetime) -> Vote:
    fault = "no record" if record is None else _fault(record, now)
    if record is None or fault is not None:
        return Vote(name, Decision.INCONCLUSIVE, record or {}, fault)
    return Vote(name, Decision(record["decision"]), record)


def _fault(record: Record, now: datetime) -> str | None:
    if record.get("schema") != 1:
        return "not a record of schema 1"
    word = record.get("decision")
    if word == "PENDING":
        return "the run is not over, or was killed"
    if word not in Decision.__members__:
        return f"no decision: {str(word)[:40]!r}"
    if record.get("snapshot"):
        return "a baseline that was sampled decides nothing"
    if word == Decision.GO and not record.get("counts", {}).get("total"):
        return "a GO without a check"
    try:
        expires = datetime.fromisoformat(record["expires_at"])
        expired = expires < now
    except (KeyError, TypeError, ValueError):
        return "it does not say when it expires"
    return "expired" if expired else None


def _each_once(votes: tuple[Vote, ...]) -> tuple[Vote, ...]:
    """A copy of a record is no second voice."""
    first: dict[Any, str] = {}
    kept = []
    for vote in votes:
        earlier = first.setdefault(vote.record.get("run_id") or vote.name, vote.name)
        if earlier != vote.name:
            fault = f"the same run as {earlier}"
            kept.append(Vote(vote.name, Decision.INCONCLUSIVE, {}, fault))
        else:
            kept.append(vote)
    return tuple(kept)


def _about_one_thing(votes: tuple[Vote, ...], *, shards: bool) -> tuple[Vote, ...]:
    """Nothing can be merged that is not about the same release; the first record sets it."""
    names = (*_SAME, "policy_hash") if shards else (*_SAME, "target", "policy_hash")
    good = [vote for vote in votes if vote.fault is None]
    if not good:
        return votes
    first = _identity(good[0].record, names)
    return tuple(
        Vote(vote.name, Decision.INCONCLUSIVE, vote.record, f"another {what}")
        if vote.fault is None and (what := _difference(first, _identity(vote.record, names)))
        else vote
        for vote in votes
    )


def _identity(record: Record, names: Iterable[str]) -> dict[str, Any]:
    commit = (record.get("deployment") or {}).get("commit")
    return {**{name: record.get(name) for name in names}, "commit": commit}


def _difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    return next((name for name, value in one.items() if other[name] != value), None)


def _tally(votes: Sequence[Vote]) -> str:
    found = [vote.decision for vote in votes]
    parts = [f"{found.count(each)} {each}" for each in reversed(Decision) if each in found]
    faults = [f"{vote.name}: {vote.fault}" for vote in votes if vote.fault]
    return "; ".join([", ".join(parts) or "none", *faults])


def _rank(word: Any) -> int:
    return Decision(word).rank if word in Decision.__members__ else -1
