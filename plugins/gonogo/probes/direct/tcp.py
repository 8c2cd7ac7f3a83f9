"""Does anybody accept a connection?"""

import asyncio
import time
from urllib.parse import urlsplit

from gonogo.core.dependency import Direct
from gonogo.probes.context import Context
from gonogo.probes.direct.seen import Quiet, Seen
from gonogo.probes.silence import of_system


async def answered(_context: Context, direct: Direct) -> Seen:
    """Connect, and hang up."""
    parts = urlsplit(direct.url)
    started = time.monotonic()
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError as error:
        silence = of_system(error)
        if isinstance(error, TimeoutError) or silence is None:
            raise Quiet("route", f"no connection ({type(error).__name__})") from None
        raise Quiet(silence.kind, silence.text) from None
    elapsed = time.monotonic() - started
    writer.transport.abort()
    return Seen("accepts connections", elapsed)
