"""A forked call is what a call of a fresh interpreter is."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.warm import POSSIBLE, SERVER, call, clean, command
from tests.warm.client import ask

pytestmark = pytest.mark.skipif(not POSSIBLE, reason="calls are forked on Linux only")
WARM = "import sys; print('pytest' in sys.modules)"
ENDS = {
    "in good order": ("print(1)", 0),
    "with a code": ("raise SystemExit(40)", 40),
    "by an error": ("1 / 0", 1),
    "at once": ("import os; os._exit(9)", 9),
    "by a signal": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9),
    "by an interrupt": ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", -2),
}


@pytest.mark.parametrize("warm", [True, False], ids=["forked", "fresh"])
@pytest.mark.parametrize("end", ENDS)
def test_a_call_ends_as_it_would_alone(tmp_path: Path, end: str, warm: bool) -> None:
    program, code = ENDS[end]
    direct = call(["-c", program], tmp_path, clean(), warm=warm)
    client = subprocess.run(command("-c", program, warm=warm), env=clean(), check=False)

    assert (direct.returncode, client.returncode) == (code, code), direct.stderr


def test_it_has_the_callers_folder_variables_and_streams(tmp_path: Path) -> None:
    program = "import os, sys, time; print(os.getcwd(), sys.argv, os.environ['TZ'], time.tzname[0])"
    done = call(["-c", f"{program}; sys.stderr.write('x')", "a"], tmp_path, clean(TZ="XYZ0"))

    assert done.stdout == f"{tmp_path} ['-c', 'a'] XYZ0 XYZ\n", done.stderr
    assert done.stderr == "x"


def test_what_only_a_start_can_read_is_left_to_a_start(tmp_path: Path) -> None:
    changed = clean(PYTHONHASHSEED="1")
    client = subprocess.run(command("-c", WARM), env=changed, capture_output=True, check=True)

    assert call(["-c", WARM], tmp_path, clean()).stdout == "True\n"
    assert call(["-c", WARM], tmp_path, changed).stdout == "False\n"
    assert client.stdout == b"False\n"


def test_a_signal_reaches_the_call(tmp_path: Path) -> None:
    program = "import pathlib, time; pathlib.Path('here').touch(); time.sleep(60)"
    process = subprocess.Popen(command("-c", program), cwd=tmp_path, env=clean())
    until = time.monotonic() + 30
    while not (tmp_path / "here").exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.terminate()

    assert process.wait(30) == -signal.SIGTERM


def test_a_call_that_is_given_up_is_ended(tmp_path: Path) -> None:
    program = "import os, time; os.write(1, b'%d' % os.getpid()); time.sleep(60)"
    out, told = os.pipe()
    with (
        os.fdopen(out, "rb", buffering=0) as output,
        ask(SERVER.start(), ["-c", program], str(tmp_path), clean(), (0, told, told)),
    ):
        os.close(told)
        place = Path("/proc", output.read(20).decode())
        assert place.exists()
    until = time.monotonic() + 30
    while place.exists() and time.monotonic() < until:
        time.sleep(0.02)

    assert not place.exists()
    with pytest.raises(TimeoutError):
        call(["-c", program], tmp_path, clean(), timeout=0.1)
