"""The load server: fixed latency by timer, no work per request. Ends when its input ends.

`/bad…` answers 503, `/ready/T` answers 503 until the monotonic clock shows T, all else is healthy.
"""

import asyncio
import json
import sys
import time

BODY = b'{"status": "healthy", "version": "1.0.0"}'
HEAD = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
GOOD = HEAD % (b"200 OK", len(BODY)) + BODY
BAD = HEAD % (b"503 Service Unavailable", 2) + b"{}"


class Server(asyncio.Protocol):
    latency = 0.0

    def connection_made(self, transport):
        self.transport = transport
        self.loop = asyncio.get_running_loop()

    def data_received(self, data):
        for line in data.split(b"\r\n\r\n")[:-1]:
            self.loop.call_later(self.latency, self.answer, line.split(b" ", 2)[1])

    def answer(self, path):
        waiting = path.startswith(b"/ready/") and time.monotonic() < float(path[7:])
        if not self.transport.is_closing():
            self.transport.write(BAD if waiting or path.startswith(b"/bad") else GOOD)


async def main(latency, ports):
    Server.latency = latency
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Server, "127.0.0.1", 0) for _ in range(ports)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), int(sys.argv[2])))
