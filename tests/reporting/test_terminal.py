"""The closing block on a terminal, and the line that says what a run waits for."""

import os
import pty
import re
import subprocess
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from tests.runs import Project, quick

from gonogo.reporting.terminal import folded
from gonogo.reporting.waiting import QUIET_S, Waiting

LINE = "against  health  test_service_is_alive[api]  GET http://127.0.0.1:8000/health -> 503 in 5ms"
HINT = (
    f"hint     {'nothing listens on this port, ' * 3}or so; next: curl -si 'http://127.0.0.1:1/x y'"
)


def test_a_long_line_is_broken_below_its_text() -> None:
    first, *rest = folded(LINE, 80)

    assert len(first) <= 80
    assert rest
    assert all(each.startswith(" " * 9) and len(each) <= 80 for each in rest)
    assert " ".join(" ".join([first, *rest]).split()) == " ".join(LINE.split())


def test_a_command_stays_whole_and_begins_a_line() -> None:
    assert folded(HINT, 80)[-1] == "         next: curl -si 'http://127.0.0.1:1/x y'"


@given(st.text("ab -/:", max_size=300), st.integers(20, 200))
def test_a_log_is_not_broken_and_a_terminal_loses_no_word(text: str, width: int) -> None:
    line = f"unknown  x{text}"

    assert folded(line, None) == [line]
    assert " ".join(folded(line, width)).split() == line.split()


@dataclass
class Screen:
    """As much of pytest's terminal reporter as writes."""

    isatty: bool
    text: str = ""
    _tw: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(fullwidth=40))

    def write(self, text: str) -> None:
        self.text += text

    def write_line(self, text: str) -> None:
        self.text += f"{text}\n"

    def ensure_newline(self) -> None:
        self.text += "" if self.text.endswith("\n") or not self.text else "\n"

    def flush(self) -> None:
        pass


def test_a_log_gets_a_line_now_and_then() -> None:
    screen, now = Screen(isatty=False), [0.0]
    waiting = Waiting(screen, None, lambda: now[0])
    for second in range(int(2 * QUIET_S) + 1):
        now[0] = float(second)
        waiting.tell(f"api: attempt {second}")
    waiting.over()

    lines = screen.text.splitlines()
    assert [line.split()[-1] for line in lines] == ["0", str(int(QUIET_S)), str(int(2 * QUIET_S))]


def test_a_terminal_keeps_one_line_and_loses_it_in_the_end() -> None:
    screen = Screen(isatty=True)
    waiting = Waiting(screen, None)
    waiting.tell("api: attempt 1 of 12, and a text that is longer than the terminal is wide")
    waiting.tell("api: attempt 2")
    waiting.over()
    waiting.over()
    shown = screen.text.split("\r")

    assert "\n" not in screen.text
    assert all(len(each) < 40 for each in shown)
    assert shown[-3].strip() == "... api: attempt 2"
    assert shown[-2].strip() == shown[-1] == ""


@pytest.mark.parametrize("colour", ["", "1"], ids=["plain", "coloured"])
def test_the_closing_block_fits_a_real_terminal(
    project: Project, httpserver: HTTPServer, colour: str
) -> None:
    httpserver.expect_request("/health").respond_with_data("", 405, {"allow": "POST"})
    project.write(quick(httpserver.url_for("")))
    ours, theirs = pty.openpty()
    environ = project.environ(COLUMNS="80", TERM="xterm", **({} if colour else {"NO_COLOR": "1"}))
    command = project.cold.command("suites/health", "-q", "--tb=no")
    with subprocess.Popen(
        command, cwd=project.folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        output = _all_of(ours)
    plain = re.sub("\x1b\\[[\\d;]*m", "", output)
    closing = plain[plain.index("gonogo: ") : plain.index("exit code")].splitlines()

    assert process.returncode == 20, output
    assert ("\x1b[36m" in output) == bool(colour)
    assert max(map(len, closing[1:-1])) <= 80
    assert any(each.startswith("hint     /health takes no GET, only POST") for each in closing)


def _all_of(handle: int) -> str:
    """Read until the other end is closed, which Linux reports as an error."""
    found = b""
    try:
        while part := os.read(handle, 65536):
            found += part
    except OSError:
        pass
    finally:
        os.close(handle)
    return found.decode(errors="replace")
