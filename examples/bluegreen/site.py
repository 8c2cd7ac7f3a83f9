"""A blue-green deployment on one machine: two versions of the demo, HAProxy in front.

    python site.py up FOLDER                     HAProxy, and the first version behind it
    python site.py deploy FOLDER COMMIT          start a version beside the one that serves
    python site.py switch FOLDER                 give it the traffic
    python site.py shift FOLDER PERCENT          give it a share of the traffic
    python site.py restore FOLDER [ID]           give the traffic back, to the version before or ID
    python site.py down FOLDER                   end everything

`deploy --switch` does both. The version before goes on running, so that restoring it is one flip.
FOLDER/site.json says what there is and which share of the traffic the newest version has;
FOLDER/candidate-url where that one answers by itself, FOLDER/stable-url where the one before does;
FOLDER/pending.json which migrations a release brings: none, until somebody writes some. Faults
and other values of the demo come from the environment (DEMO_FAULT, DATABASE_URL).
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DEMO = Path(__file__).resolve().parents[1] / "demo"
COLOURS = ("blue", "green")
START_S = 20.0
CONFIGURATION = """
global
  stats socket {folder}/front.sock mode 600 level admin
  maxconn 500
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  retries 2
frontend site
  bind 127.0.0.1:{port}
  default_backend versions
backend versions
  option redispatch
  server blue 127.0.0.1:1 weight 100 disabled
  server green 127.0.0.1:1 weight 100 disabled
"""
NO_MIGRATIONS = '{"current": "a1", "head": "a1", "pending": []}\n'
State = dict[str, Any]


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(folder: Path) -> State:
    """Return what site.json says."""
    return dict(json.loads((folder / "site.json").read_text()))


def write(folder: Path, state: State) -> None:
    """Replace site.json in one step."""
    unfinished = folder / "site.json.tmp"
    unfinished.write_text(json.dumps(state, indent=2) + "\n")
    unfinished.replace(folder / "site.json")


def front(folder: Path, *commands: str) -> None:
    """Tell HAProxy, on its runtime socket; raises RuntimeError with its answer."""
    for command in commands:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(folder / "front.sock"))
            line.sendall(f"{command}\n".encode())
            answer = line.makefile().read().strip()
        if answer and "changed" not in answer and "no need" not in answer:
            raise RuntimeError(f"{command}: {answer}")


def started(command: list[str], log: Path, port: int, **environ: str) -> int:
    """Start a process that outlives this one, wait until its port answers, return its ID."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"ended with {process.returncode}; see {log}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return process.pid
        time.sleep(0.02)
    ended(process.pid)
    raise RuntimeError(f"port {port} did not answer within {START_S:g} s; see {log}")


def runs(process: int) -> bool:
    """Tell whether a process runs; one that nobody has waited for yet does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    with contextlib.suppress(OSError):
        os.kill(process, 0)
        return not Path("/proc/self").exists()
    return False


def ended(process: int) -> None:
    """End a process of ours by its ID, and wait for it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)
        for _ in range(250):
            if not runs(process):
                return
            time.sleep(0.02)


def up(folder: Path) -> None:
    """Start HAProxy, and the first version behind it."""
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    file = folder / "front.cfg"
    file.write_text(CONFIGURATION.format(folder=folder, port=port))
    process = started([program, "-db", "-f", str(file)], folder / "front.log", port)
    url = f"http://127.0.0.1:{port}"
    (folder / "pending.json").write_text(NO_MIGRATIONS)
    state = {"url": url, "front": process, "serving": None, "share": 0, "deployments": []}
    write(folder, state)
    sys.stdout.write(f"{url}\n")


def deploy(folder: Path, commit: str) -> State:
    """Start a version in the colour that does not serve; it gets no traffic yet."""
    state = read(folder)
    serving = next((d for d in state["deployments"] if d["id"] == state["serving"]), None)
    colour = COLOURS[serving is not None and serving["colour"] == "blue"]
    for old in state["deployments"]:
        if old["colour"] == colour and old["restorable"]:
            ended(old["process"])
            old["restorable"] = False
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--app-dir", str(DEMO)]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    front(folder, f"set server versions/{colour} state maint")
    process = started(command, folder / f"{colour}.log", port, DEMO_VERSION=commit)
    front(folder, f"set server versions/{colour} addr 127.0.0.1 port {port}")
    new = {
        "id": f"{colour}-{len(state['deployments']) + 1}",
        "commit": commit,
        "colour": colour,
        "url": f"http://127.0.0.1:{port}",
        "process": process,
        "created_at": datetime.now(UTC).isoformat(),
        "restorable": True,
    }
    state["deployments"].append(new)
    state["share"] = 0
    write(folder, state)
    if serving is not None:
        (folder / "stable-url").write_text(serving["url"])
    (folder / "candidate-url").write_text(new["url"])
    return new


def serve(folder: Path, wanted: str) -> None:
    """Give a deployment all the traffic; the other colour gets none, and goes on running."""
    state = read(folder)
    chosen = next((d for d in state["deployments"] if d["id"] == wanted), None)
    if chosen is None or not chosen["restorable"]:
        raise RuntimeError(f"{wanted} does not run any more")
    other = COLOURS[chosen["colour"] == "blue"]
    front(
        folder,
        f"set server versions/{chosen['colour']} weight 100%",
        f"set server versions/{chosen['colour']} state ready",
        f"set server versions/{other} state maint",
    )
    newest = wanted == state["deployments"][-1]["id"]
    write(folder, {**state, "serving": wanted, "share": 100 if newest else 0})


def shift(folder: Path, percent: int) -> None:
    """Give the newest deployment a share of the traffic; the version beside it has the rest."""
    state = read(folder)
    new = state["deployments"][-1]
    beside = [d for d in state["deployments"] if d["restorable"] and d["colour"] != new["colour"]]
    if not beside:
        raise RuntimeError("there is no version beside it")
    old = beside[-1]
    if percent in {0, 100}:
        serve(folder, new["id"] if percent else old["id"])
        return
    shares = ((new, percent), (old, 100 - percent))
    front(folder, *(f"set server versions/{d['colour']} weight {n}%" for d, n in shares))
    front(folder, *(f"set server versions/{d['colour']} state ready" for d, _ in shares))
    write(folder, {**state, "share": percent})


def before(state: State) -> str:
    """Return the newest deployment that runs and does not serve."""
    others = [d for d in state["deployments"] if d["restorable"] and d["id"] != state["serving"]]
    if not others:
        raise RuntimeError("there is no version before")
    return str(others[-1]["id"])


def down(folder: Path) -> None:
    """End everything that runs."""
    state = read(folder)
    for each in state["deployments"]:
        if each["restorable"]:
            ended(each["process"])
    ended(state["front"])
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Do one thing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("action", choices="up deploy switch shift restore down".split())
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", nargs="?", default="")
    parser.add_argument("--switch", action="store_true")
    given = parser.parse_args()
    folder = given.folder.resolve()
    match given.action:
        case "up":
            up(folder)
        case "deploy":
            new = deploy(folder, given.what)
            if given.switch:
                serve(folder, new["id"])
        case "switch":
            serve(folder, read(folder)["deployments"][-1]["id"])
        case "shift":
            shift(folder, int(given.what))
        case "restore":
            serve(folder, given.what or before(read(folder)))
        case "down":
            down(folder)


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, OSError) as error:
        sys.exit(f"site: {error}")
