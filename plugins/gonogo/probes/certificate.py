"""How long is the certificate of a host still valid?"""

import asyncio
import ssl
import time
from collections.abc import Callable

from gonogo.core.answer import Silence

DAY_S = 86400


async def days_left(
    host: str,
    port: int,
    patience: float,
    trust: ssl.SSLContext | None = None,
    now: Callable[[], float] = time.time,
) -> float | Silence:
    """Return the days until the certificate expires, or why it cannot be trusted.

    Without a `trust` given, the same authorities are trusted as for every other request.
    """
    if trust is None:
        from gonogo.probes.http import tls_context  # noqa: PLC0415 - loads the HTTP library

        trust = tls_context()
    try:
        async with asyncio.timeout(patience):
            _, writer = await asyncio.open_connection(host, port, ssl=trust)
    except ssl.SSLCertVerificationError as error:
        return Silence("tls", f"the certificate is not valid: {error.verify_message}")
    except ssl.SSLError as error:
        return Silence("protocol", f"no TLS is spoken: {error.reason or 'handshake failed'}")
    except (OSError, TimeoutError, ValueError) as error:
        return Silence("route", f"no TLS connection: {type(error).__name__}")
    certificate = writer.get_extra_info("peercert") or {}
    writer.transport.abort()
    expires = certificate.get("notAfter")
    if not isinstance(expires, str):
        return Silence("protocol", "the certificate does not say when it expires")
    return (ssl.cert_time_to_seconds(expires) - now()) / DAY_S
