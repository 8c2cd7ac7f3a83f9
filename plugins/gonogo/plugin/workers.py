"""Several workers of one run: one of them watches, and the controller keeps what they measured."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gonogo.core.outcome import Outcome
from gonogo.core.past import PastSample

if TYPE_CHECKING:
    import pytest

    from gonogo.plugin.run import Run

OUTPUT = "gonogo_samples"
MOST = 20_000  # samples that a worker hands over
_SPREADING = {"load", "worksteal", "loadgroup"}


def scheduler(config: "pytest.Config", log: Any) -> Any:
    """Return the scheduler of a watch; None where xdist keeps the items of a file together."""
    if config.getvalue("dist") not in _SPREADING:
        return None
    from gonogo.plugin.onewatch import OneWatch  # noqa: PLC0415 - few watches have workers

    config.option.loadscopereorder = False  # the suites stay in their order, and a watch is last
    return OneWatch(config, log)


def tell(run: "Run", config: Any) -> None:
    """Hand what this worker has measured to the controller; too much is thinned out evenly."""
    if run.past.configured:
        held = run.past.samples
        every = max(1, -(-len(held) // MOST))
        rows = [asdict(each) for each in held[::every]]
        config.workeroutput[OUTPUT] = json.dumps(rows, default=str)


def hear(run: "Run", output: Mapping[str, Any] | None) -> None:
    """Keep what a worker has measured; one that has crashed has handed over nothing."""
    rows = json.loads((output or {}).get(OUTPUT, "[]"))
    run.past.keep(PastSample(**{**row, "outcome": _outcome(row["outcome"])}) for row in rows)


def _outcome(word: str | None) -> Outcome | None:
    return None if word is None else Outcome(word)
