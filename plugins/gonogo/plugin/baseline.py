"""The baseline in the report folder: what was sampled before a deploy, for the watch after it."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.core.baseline import Baseline
from gonogo.core.clock import seconds
from gonogo.core.errors import EvidenceUnavailable
from gonogo.reporting.record import write_atomically

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

FILE = "baseline.json"
FRESH_S = 86400.0  # how old it may be
UNREADABLE = f"{FILE} cannot be read; fix: take --gonogo-baseline again, or remove it"


def write(run: "Run", baseline: Baseline) -> None:
    """Keep a baseline for the next watch; raises EvidenceUnavailable."""
    record = {"target": run.plan.target.name, "at": time.time(), "baseline": baseline.flat()}
    try:
        write_atomically(_file(run), json.dumps(record))
    except OSError as error:
        raise EvidenceUnavailable(f"{FILE} cannot be written: {error}") from None


def kept(run: "Run") -> Baseline | None:
    """Return the baseline that was sampled into the report folder, where it is fresh and ours."""
    return looked_at(run)[0]


def looked_at(run: "Run") -> tuple[Baseline | None, str]:
    """Return the baseline, or None and why it is of no use; "" where there is no file."""
    try:
        record = json.loads(_file(run).read_text(encoding="utf-8"))
        target, age = record["target"], time.time() - record["at"]
        baseline = Baseline.from_flat(record["baseline"])
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, KeyError, TypeError):
        return None, UNREADABLE
    if target != run.plan.target.name:
        return None, f"{FILE} is that of another target"
    if not 0 <= age <= FRESH_S:
        return None, f"{FILE} is {seconds(age)} old" if age > 0 else f"{FILE} is of the future"
    return baseline, ""


def _file(run: "Run") -> Path:
    return Path(run.options.report_dir, FILE).absolute()
