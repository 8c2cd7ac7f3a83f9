"""The whole story of deployments, on this machine: good and bad releases, each with its decision.

    python examples/bluegreen/story.py              all scenarios, three at a time
    python examples/bluegreen/story.py --list       which there are
    python examples/bluegreen/story.py good errors  only these

Each scenario has a site of its own (site.py): HAProxy, a version that serves, a release that
deploy/deploy.sh deploys, and a client that asks twenty times a second. PostgreSQL and Valkey are
shared. Needs HAProxy and the test extra. Ends with 0 where all went as expected, else with 1.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402 - after the path
from tests.servers import postgres, valkey  # noqa: E402

OLD, NEW = "aaa1111", "bbb2222"
NO_HAPROXY = "story: HAProxy is missing; on Debian: apt install haproxy\n"
SLOW_S = 0.25
DECISIONS = {0: "GO", 10: "BLOCK", 20: "ROLLBACK", 30: "HOLD", 40: "INCONCLUSIVE"}
DROPS = (
    '{"current": "a1", "head": "b2", "pending": [{"id": "b2", "destructive": ["drops a column"]}]}'
)
HEAD = ("scenario", "decision", "exit", "requests", "errors", "decided", "restored", "why")
ROW = "{:<16} {:<12} {:>4} {:>8} {:>6} {:>7} {:>8}  {}\n"


def has_haproxy() -> bool:
    """Tell whether HAProxy is here; Debian keeps it where only root looks."""
    return bool(shutil.which("haproxy") or Path("/usr/sbin/haproxy").exists())


@dataclass(frozen=True)
class Scenario:
    """A release, how it is deployed, and what should become of it."""

    about: str
    way: str  # "switch": all the traffic at once; "asked": asked by itself before; "canary"
    code: int
    serves: str
    fault: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)  # for deploy.sh and the release
    pending: str = ""  # its migrations


LONG = {"STEP_WATCH": "90s"}  # errors and latency need a minute to be believed
STORY = {
    "canary-slow": Scenario(
        "is slower than the old version beside it, and healthy", "canary", 20, OLD,
        {"delay": 0.1}, LONG,
    ),
    "canary-errors": Scenario(
        "fails every second call of one route, and is healthy", "canary", 20, OLD,
        {"errors": "/v1", "error_share": 0.5, "after": 60}, LONG,
    ),
    "canary": Scenario("is good, and gets its traffic in steps", "canary", 0, NEW),
    "canary-500": Scenario(
        "answers 500 once it has some traffic", "canary", 20, OLD, {"errors": "/", "after": 60}
    ),
    "good": Scenario("is good", "asked", 0, NEW),
    "database": Scenario(
        "has a broken database URL", "asked", 10, OLD, {},
        {"DATABASE_URL": "postgresql://postgres@127.0.0.1:1/postgres"},
    ),
    "wrong-version": Scenario(
        "says that it is another version", "asked", 10, OLD, {"version": "fff9999"}
    ),
    "errors": Scenario("answers 500", "switch", 20, OLD, {"errors": "/"}),
    "leak": Scenario(
        "keeps memory with each request", "switch", 20, OLD, {"leak_mb": 4}, {"WATCH": "30s"}
    ),
    "slow": Scenario("takes half a second for everything", "switch", 30, NEW, {"delay": 0.5}),
    "migration": Scenario(
        "answers 500, and has dropped a column", "switch", 30, NEW, {"errors": "/"},
        pending=DROPS,
    ),
}  # fmt: skip


@dataclass
class Client:
    """Asks a site for its models, and looks which share of the traffic the new version has."""

    folder: Path
    seen: list[tuple[float, int, float]] = field(default_factory=list)  # at, status, seconds
    shares: list[tuple[float, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        """Ask until it is over. Times are those of files, in seconds of the Unix epoch."""
        with httpx.Client(base_url=_state(self.folder)["url"], timeout=5) as client:
            while not self.over.wait(0.05):
                with suppress(OSError, ValueError):
                    state = _state(self.folder)
                    newest = state["deployments"][-1]["commit"]
                    share = int(state["share"]) if newest == NEW else 0
                    if not self.shares or self.shares[-1][1] != share:
                        self.shares.append((time.time(), share))
                began = time.time()
                try:
                    status = client.get("/v1/models").status_code
                except httpx.HTTPError:
                    status = 0
                self.seen.append((time.time(), status, time.time() - began))

    @contextmanager
    def asking(self) -> Iterator["Client"]:
        """Ask in a thread of its own."""
        thread = threading.Thread(target=self.ask)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            thread.join(10)

    @property
    def errors(self) -> int:
        """Answers that were not 200."""
        return sum(status != 200 for _, status, _ in self.seen)

    @property
    def first_bad(self) -> float | None:
        """When an answer was first bad or slow, else when the new version first had traffic."""
        traffic = next((at for at, share in self.shares if share), None)
        if traffic is None:
            return None
        back = self.shares[-1][0] if self.shares[-1][1] == 0 else float("inf")
        bad = (at for at, status, took in self.seen if status != 200 or took > SLOW_S)
        return next((at for at in bad if traffic <= at < back), traffic)

    @property
    def restored(self) -> float | None:
        """When the old version had all the traffic again, and no bad answer came any more."""
        if len(self.shares) < 2 or self.shares[-1][1]:
            return None
        back = self.shares[-1][0]
        last = max((at for at, status, _ in self.seen if status != 200), default=0.0)
        return max(back, next((at for at, _, _ in self.seen if at > last), last))


@dataclass(frozen=True)
class Ended:
    """What became of a release. Times are seconds from the first bad answer; None is "never"."""

    name: str
    code: int
    serves: str
    requests: int
    errors: int
    decided: float | None
    restored: float | None
    why: str
    said: str

    @property
    def as_told(self) -> bool:
        """True where it ended as the story says."""
        expected = STORY[self.name]
        return (self.code, self.serves) == (expected.code, expected.serves)

    def row(self) -> str:
        """Return the line of the table."""
        times = ("-" if each is None else f"{each:.1f}s" for each in (self.decided, self.restored))
        why = self.why if self.as_told else f"NOT AS EXPECTED: {self.why}\n{self.said}"
        word = DECISIONS.get(self.code, "?")
        return ROW.format(self.name, word, self.code, self.requests, self.errors, *times, why)


def _state(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "site.json").read_text()))


def _told(folder: Path, environ: Mapping[str, str], *words: str) -> None:
    command = [sys.executable, str(HERE / "site.py"), words[0], str(folder), *words[1:]]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        raise RuntimeError(done.stderr)


def _commands(way: str, folder: Path) -> dict[str, str]:
    site = f"python {HERE / 'site.py'}"
    given = {"DEPLOY_COMMAND": f"{site} deploy {folder} {NEW}", "WATCH": "off"}
    if way == "switch":
        return {**given, "DEPLOY_COMMAND": f"{given['DEPLOY_COMMAND']} --switch"}
    given["CANDIDATE_URL_FILE"] = str(folder / "candidate-url")
    if way == "asked":
        return {**given, "SWITCH_COMMAND": f"{site} switch {folder}"}
    steps = {"STEPS": "5 25 100", "STEP_WATCH": "6s", "SHIFT_COMMAND": f"{site} shift {folder}"}
    return {**given, **steps, "STABLE_URL_FILE": str(folder / "stable-url")}


def _gate(script: str, environ: Mapping[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", str(ROOT / "deploy" / script)],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def rehearsed(name: str, servers: Mapping[str, str]) -> Ended:
    """Play one scenario on a site of its own; `servers` are DATABASE_URL and REDIS_URL."""
    scenario = STORY[name]
    hidden = ("GONOGO_", "GITHUB_", "CI", "RAILWAY_", "RENDER_", "DEMO_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    with tempfile.TemporaryDirectory(prefix="site-", ignore_cleanup_errors=True) as parent:
        folder = Path(parent, "site")
        environ = {
            **kept,
            **servers,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")]),
            "GONOGO_CONFIG": str(HERE / "gonogo.toml"),
            "REPORTS": str(Path(parent, "reports")),
            "SITE": str(folder),
        }
        _told(folder, environ, "up")
        try:
            _told(folder, environ, "deploy", OLD, "--switch")
            environ["SITE_URL"] = _state(folder)["url"]
            if scenario.way != "asked":  # what is never gone back to needs no GO
                code, said = _gate("smoke.sh", {**environ, "GONOGO_COMMIT": OLD})
                if code != 0:
                    raise RuntimeError(f"{name}: the version before is not well\n{said}")
            return _deployed(name, scenario, folder, environ)
        finally:
            _told(folder, environ, "down")


def _deployed(name: str, scenario: Scenario, folder: Path, environ: Mapping[str, str]) -> Ended:
    if scenario.pending:
        (folder / "pending.json").write_text(scenario.pending)
    release = {"GONOGO_COMMIT": NEW, "DEMO_FAULT": json.dumps(scenario.fault), **scenario.more}
    with Client(folder).asking() as client:
        code, said = _gate("deploy.sh", {**environ, **_commands(scenario.way, folder), **release})
        time.sleep(0.5)  # the client sees what serves in the end
    decided, why = _decision(Path(environ["REPORTS"]))
    state = _state(folder)
    serves = next(d["commit"] for d in state["deployments"] if d["id"] == state["serving"])
    bad, back = client.first_bad, client.restored
    took = None if bad is None or decided is None else max(0.0, decided - bad)
    over = None if bad is None or back is None or code == 0 else max(0.0, back - bad)
    return Ended(name, code, serves, len(client.seen), client.errors, took, over, why, said)


def _decision(reports: Path) -> tuple[float | None, str]:
    """When the first gate said no, and its strongest reason; a GO took no time to notice."""
    files = sorted(reports.glob("*/decision.json"), key=lambda file: file.stat().st_mtime)
    for file in files:
        record = json.loads(file.read_text())
        if record["decision"] != "GO":
            reason = (record.get("reasons") or [{}])[0]
            text = ", ".join(filter(None, (reason.get("signal"), reason.get("confirmed_by"))))
            held = [key for key, value in (record.get("guard") or {}).items() if value is False]
            return file.stat().st_mtime, f"{file.parent.name}: {' '.join([text, *held])}"
    return None, "kept"


def rehearse(names: Sequence[str], at_once: int = 3) -> bool:
    """Play scenarios, print their table, and tell whether all went as expected."""
    began = time.monotonic()
    with postgres() as database, valkey() as cache:
        servers = {"DATABASE_URL": database.url, "REDIS_URL": cache.url}
        with ThreadPoolExecutor(at_once) as pool:
            try:
                ended = list(pool.map(lambda name: rehearsed(name, servers), names))
            except BaseException:  # what has begun ends by itself, and leaves nothing running
                pool.shutdown(cancel_futures=True)
                raise
    sys.stdout.write(ROW.format(*HEAD) + "".join(each.row() for each in ended))
    took = time.monotonic() - began
    sys.stdout.write(
        "decided, restored: seconds from the first bad answer, or from the first traffic where "
        f"none was bad. All of it took {took:.0f} s.\n"
    )
    return all(each.as_told for each in ended)


def main() -> int:
    """Play what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="see --list; all without one")
    parser.add_argument("--list", action="store_true", help="say which scenarios there are")
    given = parser.parse_args()
    if given.list:
        rows = (f"{name:<16} a release that {each.about}\n" for name, each in STORY.items())
        sys.stdout.write("".join(rows))
        return 0
    if unknown := set(given.names) - STORY.keys():
        parser.error(f"{', '.join(sorted(unknown))}: see --list")
    if not has_haproxy():
        sys.stderr.write(NO_HAPROXY)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    return 0 if rehearse(given.names or list(STORY)) else 1


if __name__ == "__main__":
    sys.exit(main())
