"""Make the pictures of docs/images: three scheduled runs of the demo, as a browser shows them.

make screenshots      needs Node and Chromium; asks nobody outside this machine
"""

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
QUIET = (
    "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --virtual-time-budget=8000"
).split()
NOBODY = "--host-resolver-rules=MAP * ~NOTFOUND"
COLOURS = {"31": "#ef5350", "32": "#66bb6a", "33": "#ffca28", "36": "#4dd0e1"}
SOUND, BROKEN = "{}", '{"database": true}'
RUNS = (("", SOUND), ("", SOUND), ("good", SOUND), ("failing", BROKEN), ("recovering", SOUND))


def main() -> None:
    """Run the demo again and again, with one history, and take a picture of what stands out."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gonogo-images-") as name:
        folder = Path(name)
        prepare(folder)
        for title, fault in RUNS:
            output = verify(folder, fault)
            page = report(folder)
            if title:
                take(browser, page, IMAGES / f"report-{title}.png", folder)
            if title == "failing":
                dig = page.parents[1] / "awesome" / "index.html"
                take(browser, dig, IMAGES / "report-failing-details.png", folder)
                terminal = folder / "terminal.html"
                terminal.write_text(coloured(output), encoding="utf-8")
                take(browser, terminal, IMAGES / "terminal-failing.png", folder, "960,320")
        figures = folder / "stats.html"
        call(
            folder,
            sys.executable,
            "-m",
            "gonogo.cli",
            "stats",
            "--format=html",
            f"--output={figures}",
        )
        take(browser, figures, IMAGES / "stats.png", folder)


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
    results = folder / "reports" / "allure-results"
    shutil.rmtree(results, ignore_errors=True)
    command = "suites/health --gonogo-stage scheduled --alluredir=reports/allure-results"
    return call(
        folder,
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=yes", "--tb=no", "-q"),
        *command.split(),
        DEMO_FAULT=fault,
        DEMO_VERSION="2026.11.5",
    )


def report(folder: Path) -> Path:
    """Make the report of the latest run."""
    return Path(call(folder, "node", "reports/report.mjs").strip())


def call(folder: Path, *command: str, **environ: str) -> str:
    """Run a program in the project; a decision other than GO is no reason to stop."""
    hidden = ("GITHUB_", "CI", "GONOGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "COLUMNS": "100", **environ},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout


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
