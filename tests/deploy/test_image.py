"""The image definition: what it copies is enough for a whole wheel, and nothing else."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.deploy.conftest import SCRIPTS
from tests.runs import ROOT

LINES = (SCRIPTS / "Containerfile").read_text().splitlines()


def built(source: Path, into: Path) -> set[str]:
    """The names in the wheel of a source folder."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=60)
    (wheel,) = into.glob("*.whl")
    return {name for name in zipfile.ZipFile(wheel).namelist() if "__pycache__" not in name}


def test_the_files_it_copies_make_the_whole_wheel(tmp_path: Path) -> None:
    copies = [line.split()[1:] for line in LINES if re.match(r"COPY (?!--from)", line)]
    source = tmp_path / "source"
    for *names, place in copies:
        for name in names:
            goal = source / (name if place == "./" else place)
            goal.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, goal)

    assert built(source, tmp_path / "image") == built(ROOT, tmp_path / "own")
    assert "." not in [name for names in copies for name in names]


def test_it_runs_as_nobody_in_particular() -> None:
    user = next(line for line in LINES if line.startswith("USER "))

    assert int(user.split()[1]) >= 10_000
    assert not [line for line in LINES[LINES.index(user) :] if line.startswith(("RUN", "COPY"))]
