"""How right, and how early, the watch window decides: on the simulator of deployments.

`Factory` drives the window of the product, for `sim.py eval --impl THIS_FILE:Factory`.
Run by itself it prints the scorecard; `--reps 20` is the full run. GONOGO_SIM names sim.py.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "plugins"))

from gonogo.core.baseline import Baseline, Call  # noqa: E402 - found by the line above
from gonogo.core.outcome import Outcome  # noqa: E402
from gonogo.core.rule import DEFAULT_RULES  # noqa: E402
from gonogo.core.watch import Course, Span, Window  # noqa: E402

# the simulator's documents act on one failed connection (the product's default asks for three),
# and on three failed health checks in a row (the product's default also on four of the last ten)
HEALTH = ("http-5xx", "live", "unreachable")
RULES = {
    **DEFAULT_RULES,
    **{name: replace(DEFAULT_RULES[name], of_last=None) for name in HEALTH},
    "database": replace(DEFAULT_RULES["database"], consecutive=1),
}
NAMES = {"mem": "memory", "cpu": "cpu", "db_pool": "db-pool"}
SEED = 4711


class Factory:
    """One case: `start` is the simulator's first message, with the baseline."""

    def __init__(self, start: Mapping[str, Any]) -> None:
        before = start["baseline"]["requests"]
        calls = (Call(each["route"], each["ok"], each["latency_ms"] / 1000) for each in before)
        span = Span(start["window"]["min_s"], start["window"]["max_s"])
        self._window = Window(Baseline.of(calls) if before else None, RULES, 0.0, span)

    def feed(self, sample: Mapping[str, Any]) -> None:
        """Take in one sample."""
        window, at = self._window, sample["t"]
        match sample["type"]:
            case "req":
                window.request(at, sample["route"], sample["ok"], sample["latency_ms"] / 1000)
            case "health":
                good = sample["status"] == 200
                signal = "http-5xx" if sample["status"] >= 500 else "live"
                window.health(at, Outcome.PASS if good else Outcome.FAIL, signal=signal)
            case "db":
                window.reading("database", at, Outcome.PASS if sample["ok"] else Outcome.FAIL)
            case "smoke" if sample["critical"]:
                outcome = Outcome.PASS if sample["ok"] else Outcome.FAIL
                window.reading(sample["name"], at, outcome, signal="critical-path")
            case "res":
                for key, name in NAMES.items():
                    window.resource(name, at, sample[key] / 100)

    def tick(self, t: float) -> dict[str, str] | None:
        """Say what follows at this moment; None while nothing does."""
        progress = self._window.at(t)
        if progress.course is Course.UNDECIDED:
            return None
        return {"decision": str(progress.course), "reason": progress.reason}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=2, help="20 is the full run")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--suite", choices=["synth", "edge"], action="append")
    given = parser.parse_args()
    places = [os.environ.get("GONOGO_SIM"), HERE.parents[1] / "shared" / "decide" / "sim.py"]
    sim = next((Path(place) for place in places if place and Path(place).is_file()), None)
    if sim is None:
        print("skipped: no simulator; GONOGO_SIM=…/sim.py names it")
        return
    for suite in given.suite or ["synth", "edge"]:
        with tempfile.TemporaryDirectory() as folder:
            words = ["eval", "--impl", f"{HERE / 'decision_accuracy.py'}:Factory"]
            words += ["--suite", suite, "--seed", str(given.seed), "--reps", str(given.reps)]
            words += ["--out", f"{folder}/results.json"]
            subprocess.run([sys.executable, str(sim), *words], check=True)


if __name__ == "__main__":
    main()
