"""Ask the process that is ready for a call; as a program, `client.py SOCKET -m MODULE …`.

Scripts start it hundreds of times, so it imports little.
"""

import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence


def ask(
    path: str,
    words: Sequence[str],
    folder: str,
    environ: Mapping[str, str],
    streams: Sequence[int],
) -> socket.socket:
    """Send a call and its streams; told in return are a process, or 0, and at its end a code."""
    variables = (f"{key}={value}" for key, value in environ.items())
    body = os.fsencode("\0".join((folder, str(len(words)), *words, *variables)))
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    socket.send_fds(connection, [len(body).to_bytes(8, "big")], streams)
    connection.sendall(body)
    return connection


def main(path: str, *words: str) -> int:
    """End as the call has ended, and hand it the signals that we are sent."""
    folder = os.getcwd()  # noqa: PTH109 - pathlib costs more than the rest
    with ask(path, words, folder, os.environ, (0, 1, 2)) as connection:
        told = connection.makefile("r")
        process = int(told.readline())
        if not process:
            os.execv(sys.executable, [sys.executable, *words])
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda caught, _frame: os.kill(process, caught))
        code = int(told.readline())
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
