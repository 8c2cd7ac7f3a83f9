"""The reader against recorded and constructed health answers of many products."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpora" / "health"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared health corpus is not here")
def test_every_dialect_of_the_corpus_is_read(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    command = [sys.executable, str(CORPUS / "score.py"), str(CORPUS / "visible.jsonl")]
    command += ["gonogo.health:read", "--verbose", "--json", str(found)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr

    cases = json.loads(found.read_text())
    faults = Counter(kind for case in cases for kind in {name for name, _ in case["bad"]})
    status = sum(faults[kind] for kind in ("FALSE_PASS", "FALSE_FAIL", "STATUS", "CRASH"))
    whole = sum(not case["bad"] for case in cases)

    assert len(cases) >= 400
    assert (faults["FALSE_PASS"], faults["CRASH"], faults["TIMEOUT"], faults["SLOW"]) == (0,) * 4
    assert status <= 0.02 * len(cases), done.stdout
    assert whole >= 0.95 * len(cases), done.stdout
