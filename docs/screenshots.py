"""Make the pictures of docs/images: runs of the demo, and figures, as a browser shows them.

make screenshots      needs Node and Chromium; asks nobody outside this machine
"""

import contextlib
import html
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gonogo.history import opened

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.history.records import check, record  # noqa: E402 - found by the line above

IMAGES = ROOT / "docs" / "images"
QUIET = (
    "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --virtual-time-budget=8000"
).split()
NOBODY = "--host-resolver-rules=MAP * ~NOTFOUND"
COLOURS = {"31": "#ef5350", "32": "#66bb6a", "33": "#ffca28", "36": "#4dd0e1"}
SOUND, BROKEN, LOGIN = "{}", '{"database": true}', '{"login": "/health"}'
RUNS = (("", SOUND), ("", SOUND), ("good", SOUND), ("failing", BROKEN), ("recovering", SOUND))


def main() -> None:
    """Run the demo again and again, with one history, and take a picture of what stands out."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gonogo-images-") as name:
        folder = Path(name)
        prepare(folder)
        for title, fault in RUNS:
            verify(folder, fault)
            page = report(folder)
            if title:
                take(browser, page, IMAGES / f"report-{title}.png", folder)
            if title == "failing":
                dig = page.parents[1] / "awesome" / "index.html"
                take(browser, dig, IMAGES / "report-failing-details.png", folder)
        terminal = folder / "terminal.html"
        terminal.write_text(coloured(verify(folder, LOGIN)), encoding="utf-8")
        take(browser, terminal, IMAGES / "terminal.png", folder, "960,300")
        take(browser, figures(folder), IMAGES / "stats.png", folder, "1100,560")


def figures(folder: Path) -> Path:
    """Make the page of `gonogo stats`, from a month that was made up."""
    project, page = folder / "figures", folder / "figures" / "stats.html"
    project.mkdir()
    text = 'project = "shop"\n[targets.production]\nurl = "http://127.0.0.1:9"\n[history]\n'
    (project / "gonogo.toml").write_text(text, encoding="utf-8")
    with opened("sqlite:///reports/history.sqlite", project, "shop") as history:
        for n, told in enumerate(made_up(time.time())):
            history.add({**told, "run_id": f"r{n}"}, [])
    call(project, *f"{sys.executable} -m gonogo.cli stats --format html --output {page}".split())
    return page


def made_up(now: float) -> Iterator[dict[str, Any]]:
    """Yield records: a deployment every third day, two of them bad, and four looks a day."""
    for day in range(24, 0, -1):
        at, deploys, bad = now - day * 86400, day % 3 == 0, day in {9, 18}
        if deploys:
            yield told("ROLLBACK" if bad else "GO", at, f"{day:07x}")
        if bad:
            yield told("GO", at + 200, f"{day + 3:07x}")
        for look in range(4):
            word = {(5, 2): "HOLD", (13, 1): "INCONCLUSIVE"}.get((day, look), "GO")
            yield told(word, at + 3600 * (2 + 5 * look), None, stage="scheduled")


def told(decision: str, at: float, commit: str | None, **more: str) -> dict[str, Any]:
    """Return a record of two services, one of them as the decision says."""
    api = {"GO": "PASS", "INCONCLUSIVE": "UNKNOWN"}.get(decision, "FAIL")
    checks = [check("a", api), check("b", service="web")]
    return record("", decision, at=at, commit=commit, checks=checks, **more)


def prepare(folder: Path) -> None:
    """Lay out a project like this one, with a history of its own."""
    for part in ("suites", "examples"):
        (folder / part).symlink_to(ROOT / part)
    shutil.copy(ROOT / "gonogo.toml", folder)
    reports = folder / "reports"
    reports.mkdir()
    for part in ("allurerc.mjs", "report.mjs", "package.json"):
        shutil.copy(ROOT / "reports" / part, reports)
    (reports / "node_modules").symlink_to((ROOT / "reports" / "node_modules").resolve())


def verify(folder: Path, fault: str) -> str:
    """Run what a scheduler runs, on a terminal, and return what it has printed."""
    shutil.rmtree(folder / "reports" / "allure-results", ignore_errors=True)
    ours, theirs = pty.openpty()
    words = "suites/health --gonogo-stage scheduled --alluredir=reports/allure-results --tb=no -q"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words.split()]
    environ = environment(DEMO_FAULT=fault, DEMO_VERSION="2026.11.5", TERM="xterm")
    found = b""
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=theirs, stderr=theirs):
        os.close(theirs)
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while part := os.read(ours, 65536):
                found += part
    os.close(ours)
    return found.decode(errors="replace").replace("\r\n", "\n")


def report(folder: Path) -> Path:
    """Make the report of the latest run."""
    return Path(call(folder, "node", "reports/report.mjs").strip())


def call(folder: Path, *command: str) -> str:
    """Run a program in the project."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def environment(**more: str) -> dict[str, str]:
    """Return this environment without what would make it a job of a CI."""
    hidden = ("GITHUB_", "CI", "GONOGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return {**kept, "COLUMNS": "100", **more}


def take(browser: str, page: Path, image: Path, folder: Path, size: str = "1280,800") -> None:
    """Take a picture of a page that may ask nobody."""
    profile = f"--user-data-dir={folder / 'profile'}"
    shot = (f"--window-size={size}", f"--screenshot={image}", page.as_uri())
    subprocess.run(
        [browser, *QUIET, NOBODY, profile, *shot],
        check=True,
        timeout=120,
        stderr=subprocess.DEVNULL,
    )
    print(f"{image.relative_to(ROOT)}  {image.stat().st_size // 1024} KB")


def coloured(output: str) -> str:
    """Show the closing block of a run as a terminal does."""
    start = next((i for i, line in enumerate(output.splitlines()) if "gonogo: " in line), 0)
    lines = output.splitlines()[start:]
    end = next((i + 1 for i, line in enumerate(lines) if "record   " in line), len(lines))

    text = "".join(painted(lines[:end]))
    body = "margin:16px;background:#1e1e1e;color:#ddd;font:14px/1.5 monospace"
    return f'<body style="{body}"><pre style="white-space:pre-wrap">{text}</pre>'


def painted(lines: list[str]) -> Iterator[str]:
    """Turn the colours of a terminal into those of a page."""
    colour, bold = "inherit", "normal"
    for part in re.split("\x1b\\[([\\d;]*m)", "\n".join(lines)):
        code = part.removesuffix("m")
        if not re.fullmatch(r"[\d;]*m", part):
            style = f"color:{colour};font-weight:{bold}"
            yield f'<span style="{style}">{html.escape(part)}</span>'
        elif code in {"", "0"}:
            colour, bold = "inherit", "normal"
        elif code == "1":
            bold = "bold"
        else:
            colour = COLOURS.get(code, colour)


if __name__ == "__main__":
    main()
