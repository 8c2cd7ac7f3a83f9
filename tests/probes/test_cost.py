"""All hostile answers at once: what they cost a process in memory and time."""

import json
import subprocess
import sys
from pathlib import Path

from .hostile import HABITS, HostileServer
from .memory import DEADLINE

LIMIT = 150 << 20


def test_everything_hostile_at_once(hostile: HostileServer) -> None:
    names = [f"{name}/0" if name == "chain" else name for name in HABITS]
    command = [sys.executable, str(Path(__file__).with_name("memory.py"))]
    done = subprocess.run(
        [*command, *map(hostile.url, names)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    cost = json.loads(done.stdout)

    assert cost["peak"] < LIMIT
    # 16 to a host at once, and up to three attempts: nobody waits for more than deadlines
    assert cost["took"] < 4 * len(names) / 16 * 3 * DEADLINE
    assert len(cost["found"]) == 4 * len(names)
    assert not [text for text in cost["found"].values() if "the probe" in text]
