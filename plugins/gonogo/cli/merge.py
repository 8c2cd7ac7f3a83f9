"""`gonogo merge`: one decision from the records of shards, or of several places."""

import argparse
import json
import re
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gonogo.core.clock import rfc3339
from gonogo.core.errors import ConfigError
from gonogo.core.merge import Merged, Quorum, Record, merge
from gonogo.core.outcome import Outcome, worst_outcome

LEVELS = ("1", "2", "3", "4")
SHOWN = 10  # reasons


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a decision.json of each run")
    parser.add_argument(
        "--quorum",
        metavar="K/N",
        help="N places asked the same, and K must agree to undo or promote; without it: shards",
    )
    parser.add_argument(
        "--expect",
        metavar="N",
        type=int,
        help="there are N shards: one whose record is not given is no GO",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default="reports/out/decision.json",
        help="the merged record (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Merge, write the record, say why, and return the exit code of the decision."""
    quorum = _quorum(arguments.quorum)
    files = [Path(name) for name in dict.fromkeys(arguments.files)]
    if quorum is not None and len(files) > quorum.places:
        raise ConfigError(f"--quorum {arguments.quorum}: {len(files)} records were given")
    if arguments.expect is not None and (quorum is not None or arguments.expect < len(files)):
        raise ConfigError(f"--expect {arguments.expect}: {len(files)} records, and no --quorum")
    now = datetime.now(UTC)
    records = {str(file): _read(file) for file in files}
    merged = merge(records, now, quorum, arguments.expect)
    body = _record(merged, now)
    _write(Path(arguments.output), body)
    sys.stdout.write("\n".join(_lines(merged, body, arguments.output)) + "\n")
    return int(body["exit_code"])


def _quorum(text: str | None) -> Quorum | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,3})/(\d{1,3})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ConfigError(f"--quorum {text}: expected K/N such as 2/3, with K at most N")
    if 2 * int(match[1]) <= int(match[2]):
        raise ConfigError(f"--quorum {text}: K must be more than half of N")
    return Quorum(int(match[1]), int(match[2]))


def _read(file: Path) -> Record | None:
    """A record that is missing is None; one that is no record holds nothing. Neither decides."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        return None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _record(merged: Merged, now: datetime) -> dict[str, Any]:
    records = [vote.record for vote in merged.votes if vote.fault is None]
    first: Mapping[str, Any] = records[0] if records else {}
    shadow = bool(records) and all(record.get("shadow") for record in records)
    kept = ("project", "target", "url", "stage", "policy_hash", "deployment", "previous", "guard")
    return {
        "schema": 1,
        "run_id": uuid.uuid4().hex,
        **{name: first.get(name) for name in kept},
        "scope": "complete" if merged.complete else "partial",
        "decision": str(merged.decision),
        "exit_code": 0 if shadow else merged.decision.exit_code,
        "shadow": shadow,
        "reasons": merged.reasons,
        "counts": merged.counts,
        "levels": {level: _worst_level(records, level) for level in LEVELS},
        "checks": [check for record in records for check in record.get("checks", ())],
        "merged": [
            {"record": v.name, "decision": str(v.decision), "fault": v.fault} for v in merged.votes
        ],
        "started_at": min((r["started_at"] for r in records if r.get("started_at")), default=None),
        "finished_at": rfc3339(now),
        "expires_at": min((r["expires_at"] for r in records), default=rfc3339(now)),
    }


def _worst_level(records: list[Record], level: str) -> str | None:
    words = [str((record.get("levels") or {}).get(level)) for record in records]
    worst = worst_outcome(Outcome(word) for word in words if word in Outcome.__members__)
    return None if worst is None else str(worst)


def _write(file: Path, body: Mapping[str, Any]) -> None:
    from gonogo.reporting.record import write_atomically  # noqa: PLC0415 - loads the configuration

    try:
        write_atomically(file, json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {error.strerror}; give --output") from None


def _lines(merged: Merged, body: Mapping[str, Any], output: str) -> list[str]:
    reasons = merged.reasons
    lines = [f"gonogo merge: {merged.decision}", f"merged   {merged.text}"]
    lines += [
        f"{str(each.get('decision', '')).lower():<8} {each.get('check')}  {each.get('message')}"
        for each in reasons[:SHOWN]
    ]
    if len(reasons) > SHOWN:
        lines.append(f"         and {len(reasons) - SHOWN} more")
    return [*lines, f"record   {output}   exit code {body['exit_code']}"]
