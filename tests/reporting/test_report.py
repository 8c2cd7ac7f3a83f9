"""The HTML report, made by Allure and looked at in a browser."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from tests.runs import ROOT, Project, quick

REPORTS = ROOT / "reports"
NODE = shutil.which("node")
BROWSER = shutil.which("chromium")
QUIET = [
    *"--enable-logging=stderr --v=0".split(),
    *"--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync".split(),
    *"--disable-background-networking --disable-component-update".split(),
    "--virtual-time-budget=8000",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # a page that asks anybody gets no answer
]
FILES = ("allurerc.mjs", "report.mjs", "package.json")

pytestmark = pytest.mark.skipif(
    NODE is None or not (REPORTS / "node_modules" / "allure").is_dir(),
    reason="Allure is not installed: npm ci --prefix reports",
)


@pytest.fixture
def results(project: Project, httpserver: HTTPServer) -> Path:
    """Results of a run that ended with ROLLBACK, and the scripts of reports/ beside them."""
    httpserver.expect_request("/health").respond_with_json({"status": "unhealthy"})
    project.write(quick(httpserver.url_for("")))
    done = project.run("suites/health", "--alluredir=reports/allure-results")
    assert done.code == 20, done.output
    for name in FILES:
        shutil.copy(REPORTS / name, project.folder / "reports" / name)
    (project.folder / "reports" / "node_modules").symlink_to(REPORTS / "node_modules")
    return project.folder / "reports" / "allure-results"


def report(results: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(NODE), str(results.parent / "report.mjs"), str(results)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_report_shows_the_decision_and_asks_nobody(results: Path) -> None:
    history = results.parent / "history" / "project-t.jsonl"
    history.parent.mkdir()
    history.write_text('null\n[1]\n{"uuid": "x"}\n{"cut sho')
    done = report(results)

    assert done.returncode == 0, done.stderr
    page = Path(done.stdout.strip())
    for file in page.parents[1].rglob("*.html"):
        text = file.read_text()
        assert "googletagmanager" not in text, file
        assert not re.search(r'<(script|link|img)[^>]+(src|href)="https?:', text), file
    assert len(history.read_text().splitlines()) == 1
    if BROWSER is not None:
        seen = _seen(page)
        assert "DECISION: ROLLBACK - api: " in seen
        assert "Evidence against" in seen
        assert "ROLLBACK - project @ t" in _seen(page.parents[1] / "awesome" / "index.html")


def test_reports_at_the_same_time_lose_nothing(results: Path) -> None:
    history = results.parent / "history" / "project-t.jsonl"
    history.parent.mkdir()
    odd = '{"uuid": "a", "timestamp": 1, "testResults": {"h": {"status": "passed"}}}\n'
    history.write_text(odd * 120)
    command = [str(NODE), str(results.parent / "report.mjs"), str(results)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    pages = [each.communicate(timeout=120)[0].strip() for each in both]
    kept = [json.loads(line) for line in history.read_text().splitlines()]

    assert [each.returncode for each in both] == [0, 0]
    assert all(Path(page).is_file() for page in pages)
    assert len(kept) == 100
    assert len({each["uuid"] for each in kept[-2:]} - {"a"}) == 2
    assert {each.name for each in (results.parent / "out").iterdir()} == {
        "allure-report",
        "decision.json",
        "summary.md",
    }


def test_a_history_that_another_job_holds_is_left_alone(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_PATIENCE_MS", "50")
    history = results.parent / "history" / "project-t.jsonl"
    lock = Path(f"{history}.lock")
    lock.mkdir(parents=True)
    held = report(results)

    assert held.returncode == 0, held.stderr
    assert "this run is not in the history" in held.stderr
    assert not history.exists()

    os.utime(lock, (0, 0))  # its job was killed
    assert report(results).returncode == 0
    assert len(history.read_text().splitlines()) == 1
    assert not lock.exists()


def _seen(page: Path) -> str:
    """Return the page as the browser has built it."""
    with_profile = f"--user-data-dir={page.parent / 'profile'}"
    done = subprocess.run(
        [str(BROWSER), *QUIET, with_profile, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if ":CONSOLE" in line and "ERROR" in line]
    assert not said, said
    return done.stdout


def test_no_results_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(NODE), str(REPORTS / "report.mjs"), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "no results in" in done.stderr
