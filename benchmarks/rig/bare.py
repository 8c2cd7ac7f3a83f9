"""The reference: bare httpx, one client per slot, the same checks and the same limit."""

import asyncio
import sys

import httpx

SLOTS = 64


async def slot(urls, context):
    async with httpx.AsyncClient(verify=context) as client:
        for url in urls:
            response = await client.get(url)
            assert response.status_code == 200
            assert response.json()["status"] == "healthy"
            assert response.elapsed.total_seconds() < 2


async def main(count, ports):
    context = httpx.create_ssl_context()
    urls = iter([f"http://127.0.0.1:{ports[n % len(ports)]}/item/{n}" for n in range(count)])
    await asyncio.gather(*(slot(urls, context) for _ in range(SLOTS)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
