"""What [release] says, as subjects of this run: with its folder and its report folder."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gonogo.config.load import Plan
from gonogo.core.observation import Observation
from gonogo.core.path import DeployPath, LocalPath
from gonogo.core.subject import Service
from gonogo.core.window import may_start
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run


def deploy_paths(plan: Plan, report_dir: str) -> tuple[DeployPath, ...]:
    """Return the paths in their order; a local one is told where it runs."""
    return tuple(
        replace(path, folder=str(plan.root), reports=_below(plan.root, report_dir))
        if isinstance(path, LocalPath)
        else path
        for path in plan.subjects.paths.values()
    )


def _below(root: Path, folder: str) -> str | None:
    """Return a folder as seen from the root, None where it lies elsewhere."""
    try:
        return Path(folder).absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return None


def asks_now(plan: Plan) -> bool:
    """Tell whether the target must be healthy now; a command that is yet to be booted is not."""
    release, target = plan.document.release, plan.target
    wanted = release.healthy_now if release is not None else None
    return target.command is None and (wanted or ("hold" if target.requires else "off")) != "off"


def services_now(plan: Plan) -> dict[str, Service]:
    """Return what serves now and has to be healthy."""
    found = plan.subjects.services if asks_now(plan) else {}
    return {slug: service for slug, service in found.items() if service.url}


def opened(_run: "Run", ask: Ask) -> Observation:
    """Judge the moment of the run by a calendar."""
    return Observation(may_start(ask.subject, datetime.now(UTC)))
