"""What alerts read in a record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gonogo.core.alert import Seen
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.past import Identity


def seen_of(record: Mapping[str, Any]) -> Seen:
    """Read a record; raises KeyError, TypeError or ValueError where it is none of ours."""
    reasons = record["reasons"]
    against = [each for each in reasons if each.get("outcome") == str(Outcome.FAIL)]
    deployment = record.get("deployment") or {}
    commit = deployment.get("commit") or deployment.get("observed_commit")
    return Seen(
        decision=Decision(record["decision"]),
        started=_epoch(record["started_at"]),
        finished=_epoch(record["finished_at"]),
        scheduled=record["stage"] == str(Stage.SCHEDULED),
        signals=frozenset(_signal(each) for each in against or reasons),
        suites=frozenset(_folder(str(each["id"])) for each in record["checks"]),
        reason=reason_of(reasons[0]) if reasons else "",
        identity=Identity(deployment.get("id"), commit),
    )


def reason_of(reason: Mapping[str, Any]) -> str:
    """Return a reason of a record in one line."""
    name = str(reason.get("check") or "").rpartition("::")[2]
    return ": ".join(part for part in (name, " ".join(str(reason["message"]).split())) if part)


def group_of(record: Mapping[str, Any]) -> str:
    """Return which runs of a target speak about the same thing: before a deploy, or after it."""
    before = record["stage"] == str(Stage.PREDEPLOY)
    group = "predeploy" if before else "serving"
    return f"{group} (shadow)" if record.get("shadow") else group


def _folder(check: str) -> str:
    return check.partition("::")[0].rpartition("/")[0]


def _signal(reason: Mapping[str, Any]) -> str:
    return " ".join(part for part in (reason.get("service"), reason.get("signal")) if part)


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
