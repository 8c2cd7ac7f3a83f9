"""What [release] says, as subjects of this run: with its folder and its report folder."""

from dataclasses import replace
from pathlib import Path

from gonogo.config.load import Plan
from gonogo.core.path import DeployPath, LocalPath


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
