"""Why a run ended as it did, as far as its facts name a cause; what breaks here says nothing."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.core.diagnosis import hints_of
from gonogo.core.finding import Finding
from gonogo.core.hint import Hint, Scene

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

LOG = "command.log"
_TAIL = 8000  # bytes of a log


def explained(run: "Run", findings: Iterable[Finding], folder: Path) -> Mapping[str, Hint]:
    """Return what explains the findings, by check; `folder` is where the record goes."""
    try:
        return hints_of(findings, scene_of(run, folder))
    except Exception:  # noqa: BLE001 - a hint is no reason for a run to break
        return {}


def scene_of(run: "Run", folder: Path) -> Scene:
    """Return where the run looked, and what the log of a booted command names."""
    target = run.plan.target
    if not run.booted:
        return Scene(target.name, target.provider)
    from gonogo.probes.clues import refused_in, variable_in  # noqa: PLC0415 - rarely needed

    log = folder / LOG
    text = _tail_of(log)
    return Scene(
        target.name,
        target.provider,
        log=os.path.relpath(log),
        variable=variable_in(text),
        refused=refused_in(text),
    )


def _tail_of(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL))
            return file.read().decode(errors="replace")
    except OSError:
        return ""
