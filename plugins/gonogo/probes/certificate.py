"""How long is the certificate of a host still valid?"""

import asyncio
import ssl
import time

from gonogo.core.answer import Silence


async def days_left(host: str, port: int, patience: float) -> float | Silence:
    """Return the days until the certificate expires, or why it cannot be trusted."""
    try:
        async with asyncio.timeout(patience):
            _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        return Silence("tls", f"the certificate is not valid: {error.verify_message}")
    except (OSError, TimeoutError) as error:
        return Silence("route", f"no TLS connection: {type(error).__name__}")
    certificate = writer.get_extra_info("peercert") or {}
    writer.close()
    expires = certificate.get("notAfter")
    if not isinstance(expires, str):
        return Silence("protocol", "the certificate does not say when it expires")
    return (ssl.cert_time_to_seconds(expires) - time.time()) / 86400
