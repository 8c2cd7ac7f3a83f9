"""Records as runs write them, with only what a test is about."""

from datetime import UTC, datetime
from typing import Any

from gonogo.core.clock import rfc3339
from gonogo.core.guard import UNGUARDED

NOON = 1_800_000_000.0


def check(name: str, outcome: str = "PASS", **more: Any) -> dict[str, Any]:
    """One check of a record."""
    return {
        "id": name,
        "slug": "",
        "level": 1,
        "service": "api",
        "signal": "live",
        "outcome": outcome,
        "observed": None,
        "attempts": 1,
        "duration_s": 0.1,
        "message": "",
        **more,
    }


def record(run_id: str, decision: str = "GO", *, at: float = NOON, **more: Any) -> dict[str, Any]:
    """A record of a run that began at `at` and took ten seconds."""
    commit, id_ = more.pop("commit", None), more.pop("id", None)
    observed = more.pop("observed", None)
    return {
        "schema": 1,
        "run_id": run_id,
        "project": "shop",
        "target": "production",
        "stage": "postdeploy",
        "scope": "complete",
        "decision": decision,
        "exit_code": 0,
        "shadow": False,
        "deployment": {"id": id_, "commit": commit, "observed_commit": observed},
        "reasons": [],
        "guard": dict(UNGUARDED),
        "checks": [check("a::b")],
        "policy_hash": "0123",
        "started_at": rfc3339(datetime.fromtimestamp(at, UTC)),
        "finished_at": rfc3339(datetime.fromtimestamp(at + 10, UTC)),
        **more,
    }
