"""Whole runs: a temporary project, a process, its wall time and its peak memory."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SUITES = HERE.parents[1] / "suites"
# what installing pytest-gonogo brings, and nothing else that this environment may hold
BROUGHT = ("xdist.plugin", "pytest_rerunfailures", "allure_pytest.plugin")
PORTS = 4  # the engine asks one host 16 times at once: four hosts fill its 64 slots
LATENCY_S = 0.05


@dataclass(frozen=True)
class Cost:
    """What one process took: wall seconds, peak megabytes, its exit code, when it ended."""

    seconds: float
    peak: float
    code: int
    ended: float


@contextlib.contextmanager
def server(latency: float = LATENCY_S, ports: int = PORTS) -> Iterator[list[int]]:
    """Run the load server; yields its ports."""
    command = [sys.executable, str(HERE / "server.py"), str(latency), str(ports)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()


@contextlib.contextmanager
def project(config: str) -> Iterator[Path]:
    """Make a folder with our suites and this configuration."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "suites").symlink_to(SUITES)
        (folder / "gonogo.toml").write_text(config)
        yield folder


def endpoints(ports: list[int], count: int, path: Callable[[int], str], extra: str = "") -> str:
    """Return a configuration with services on these ports and `count` endpoints over them."""
    lines = [f'[targets.bench]\nurl = "http://127.0.0.1:{ports[0]}"\n']
    lines += [f'[services.s{n}]\nurl = "http://127.0.0.1:{p}"\n' for n, p in enumerate(ports)]
    for n in range(count):
        lines.append(f'[endpoints."s{n % len(ports)}/e{n}"]\npath = "{path(n)}"\n{extra}\n')
        lines.append('expect = { status = 200, json = { status = "healthy" }, budget = "2s" }\n')
    return "".join(lines)


def pytest(folder: Path, *arguments: str, plugins: tuple[str, ...] = ("gonogo.plugin",)) -> Cost:
    """Run pytest in a folder."""
    named = [word for name in (*BROUGHT, *plugins) for word in ("-p", name)]
    quiet = ["-q", "-p", "no:cacheprovider", *named, *arguments]
    return python("-m", "pytest", *quiet, folder=folder)


def python(*arguments: str, folder: Path) -> Cost:
    """Run this interpreter in a folder, and measure."""
    hidden = ("GONOGO_", "GITHUB_", "PYTEST_", "PYTHON", "CI", "RAILWAY_", "RENDER_")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    environ["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir(), "gonogo-bench-bytecode"))
    environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    started = time.monotonic()
    with (folder / "out.txt").open("w+b") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=environ, stdout=out, stderr=out
        )
        _, status, usage = os.wait4(process.pid, 0)
        ended = time.monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(ended - started, usage.ru_maxrss * unit / 2**20, process.returncode, ended)


def must(cost: Cost, code: int, folder: Path) -> Cost:
    """Refuse to measure a run that did something else than was meant."""
    if cost.code != code:
        tail = (folder / "out.txt").read_text(errors="replace")[-2000:]
        raise SystemExit(f"exit code {cost.code}, expected {code}\n{tail}")
    return cost


def medians(*runs: Callable[[], float], times: int = 3, warm: bool = True) -> list[float]:
    """Run each in turn, interleaved, and return the medians; a first round only warms up."""
    for run in runs if warm else ():
        run()
    rounds = [[run() for run in runs] for _ in range(times)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def row(
    measure: str, found: float, reach: tuple[float, float], detail: str, unit: str = "x"
) -> None:
    """Print one line of the table: the figure, what to reach, and what it comes from."""
    limit, aim = reach
    more = unit == "x faster"
    good = found >= limit if more else found <= limit
    word = "at least" if more else "at most"
    verdict = "ok  " if good else "MISS"
    print(f"{verdict} {measure}: {found:.2f} {unit} ({word} {limit:g}, aim {aim:g}) {detail}")
