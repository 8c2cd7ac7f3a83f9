"""A webhook on loopback that keeps what it was told, and ways for one to be broken."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

TOKEN = "Tok3nOfTheHook"
LIGHT = Path(__file__).with_name("light")  # an Apprise that starts at once


class Webhook:
    """Answers with `status`; `told` has the bodies, as Apprise's json:// writes them."""

    def __init__(self, server: HTTPServer, name: str = TOKEN) -> None:
        self.status = 200
        self.told: list[dict[str, Any]] = []
        self.url = f"json://127.0.0.1:{server.port}/hooks/{name}"
        server.expect_request(f"/hooks/{name}").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.told.append(json.loads(request.data))
        return Response("", self.status)

    @property
    def titles(self) -> list[str]:
        return [each["title"] for each in self.told]


@contextmanager
def broken(how: str) -> Iterator[int]:
    """Listen, and never answer ("hangs") or reset each connection ("resets"); yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                if how == "resets":
                    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    taken.close()
                else:
                    kept.append(taken)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for each in kept:
            each.close()
    thread.join(5)
