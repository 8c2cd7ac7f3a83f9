"""A resolver that hangs holds nobody up, and a name is looked up once for all who ask."""

import subprocess
import sys
import time

PROGRAM = """
import socket, sys, time

asked = []
real = socket.getaddrinfo

def hanging(host, *more, **named):
    asked.append(host)
    if host in {"slow.example", b"slow.example"}:
        time.sleep(30)
    time.sleep(0.2)
    return real("127.0.0.1", *more, **named)

socket.getaddrinfo = hanging

from gonogo.core.answer import Request
from gonogo.probes.engine import Engine

engine = Engine()
names = ["slow.example", *["quick.example"] * 12]
requests = [Request(f"http://{name}:9/", timeout=1.0) for name in names]
answers = [f.result(10) for f in engine.submit_all([engine.fetch(each) for each in requests])]
engine.close()
print([answer.silence.kind for answer in answers], len(asked))
"""


def test_a_hanging_resolver() -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=25,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == f"{['timeout', *['refused'] * 12]} 2"
    assert time.monotonic() - started < 15
