"""Reports that others write: one that cannot be written is told, and costs no decision."""

import os
from pathlib import Path

import pytest

_REPORTS = {"--alluredir": "allure_report_dir", "--junitxml": "xmlpath"}


def unwritable(config: pytest.Config) -> str | None:
    """Switch off each report that has no place, as its writer would break the run; say which."""
    told = []
    for option, name in _REPORTS.items():
        given = getattr(config.option, name, None)
        fault = _fault(Path(given), is_file=name == "xmlpath") if given else None
        if fault is not None:
            setattr(config.option, name, None)
            told.append(f"{option} {given} cannot be written: {fault}")
    return "; ".join(told) or None


def allure_folder(config: pytest.Config) -> Path | None:
    """Return where Allure's results go, None where nobody asked for them."""
    folder = getattr(config.option, "allure_report_dir", None)
    return Path(folder).absolute() if folder else None


def _fault(path: Path, *, is_file: bool) -> str | None:
    folder = path.absolute().parent if is_file else path.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return error.strerror
    if is_file and path.is_dir():
        return "it is a folder"
    return None if os.access(folder, os.W_OK) else "no permission, or a read-only file system"
