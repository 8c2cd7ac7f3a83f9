"""A backup that a command reports: what it may say, and everything that proves nothing."""

import shlex
import sys
import time
from pathlib import Path

import pytest

from gonogo.artefacts import judged
from gonogo.core.artefact import BackupCommand
from gonogo.core.observation import Observation

NOW = 1_800_000_000.0
AT = '"2027-01-15T07:00:00Z"'  # an hour before
HOUR = 3600.0


def see(folder: Path, program: str, timeout: float = 10.0) -> Observation:
    command = shlex.join([sys.executable, "-S", "-c", program])
    return judged(BackupCommand(command, 24 * HOUR, timeout), folder, lambda: NOW)


@pytest.mark.parametrize(
    ("printed", "outcome", "said"),
    [
        (f'{{"at": {AT}}}', "PASS", "1.0h old"),
        (f'{{"at": {NOW - HOUR}, "size": 12, "ok": true}}', "PASS", "1.0h old"),
        ('{"at": "2027-01-15T08:00:00+01:00"}', "PASS", "1.0h old"),
        (f'{{"at": {NOW - 48 * HOUR}}}', "FAIL", "2d old, at most 24.0h allowed"),
        (f'{{"at": {AT}, "size": 0}}', "FAIL", "is empty"),
        (f'{{"at": {AT}, "ok": false}}', "FAIL", "is not good"),
        (f'{{"at": {AT}, "ok": "no"}}', "UNKNOWN", "not known"),
        (f'{{"at": {AT}, "size": "0"}}', "UNKNOWN", "not known"),
        (f'{{"at": {NOW * 1000}}}', "UNKNOWN", "in the future"),
        ('{"at": "2027-01-15T07:00:00"}', "UNKNOWN", "with a time zone"),
        ('{"at": true}', "UNKNOWN", "with a time zone"),
        ("{}", "UNKNOWN", "with a time zone"),
        ('{"at": NaN}', "UNKNOWN", "does not print a JSON object"),
        (f'[{{"at": {AT}}}]', "UNKNOWN", "does not print a JSON object"),
        ("no backup found", "UNKNOWN", "does not print a JSON object"),
        ("", "UNKNOWN", "does not print a JSON object"),
    ],
)
def test_what_a_command_says(tmp_path: Path, printed: str, outcome: str, said: str) -> None:
    seen = see(tmp_path, f"print({printed!r})")

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


@pytest.mark.parametrize(
    ("printed", "outcome", "said"),
    [
        (f'{{"at": {AT}, "size": 2000000}}', "PASS", ""),
        (f'{{"at": {AT}, "size": 999}}', "FAIL", "has 999 bytes, at least 2 MB expected"),
        (f'{{"at": {AT}}}', "UNKNOWN", "not known"),
    ],
)
def test_a_size_that_is_asked_for(tmp_path: Path, printed: str, outcome: str, said: str) -> None:
    command = shlex.join([sys.executable, "-S", "-c", f"print({printed!r})"])
    backup = BackupCommand(command, 24 * HOUR, least=2e6)
    seen = judged(backup, tmp_path, lambda: NOW)

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


def test_a_command_that_fails_says_nothing(tmp_path: Path) -> None:
    seen = see(tmp_path, f"print('{{\"at\": {NOW}}}'); raise SystemExit(3)")

    assert str(seen.reading.outcome) == "UNKNOWN"
    assert "ended with status 3; fix: run it by hand" in seen.reading.text


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    left = tmp_path / "left"
    child = f"import time; time.sleep(2); open({str(left)!r}, 'w')"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-S', '-c', {child!r}])"
    started = time.monotonic()
    seen = see(tmp_path, program, timeout=0.3)

    assert time.monotonic() - started < 1.5
    assert "took longer than 0.3s" in seen.reading.text


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    seen = judged(BackupCommand("no-such-command", HOUR), tmp_path, lambda: NOW)

    assert str(seen.reading.outcome) == "UNKNOWN"
    assert "cannot be started" in seen.reading.text


def test_too_much_output_is_no_report(tmp_path: Path) -> None:
    seen = see(tmp_path, f"print('{{\"at\": {NOW}}}' + ' ' * (2 << 20))")

    assert str(seen.reading.outcome) == "UNKNOWN"
