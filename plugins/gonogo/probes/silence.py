"""From an exception of the operating system to the reason why an answer is missing."""

import errno
import socket
import ssl
from collections.abc import Iterator

from gonogo.core.answer import Silence

_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_LONGEST = 20  # links of a chain of causes


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything behind it, groups included."""
    waiting, count = [error], 0
    while waiting and count < _LONGEST:
        each = waiting.pop(0)
        count += 1
        yield each
        if isinstance(each, BaseExceptionGroup):
            waiting.extend(each.exceptions)
        behind = each.__cause__ or each.__context__
        if behind is not None:
            waiting.append(behind)


def of_system(error: BaseException) -> Silence | None:
    """Name one exception of the standard library; None where it says nothing."""
    match error:
        case socket.gaierror():
            return Silence("dns", "the name does not resolve")
        case ssl.SSLCertVerificationError():
            why = getattr(error, "verify_message", "unknown reason")
            return Silence("tls", f"the certificate is not valid: {why}")
        case ssl.SSLError():
            return Silence("tls", f"TLS failed: {getattr(error, 'reason', '') or 'handshake'}")
        case ConnectionRefusedError():
            return Silence("refused", "connection refused")
        case ConnectionError():
            return Silence("reset", "connection reset")
        case TimeoutError():
            return Silence("timeout", "timed out")
        case OSError() if error.errno in _NO_ROUTE:
            return Silence("route", "no route to the host")
        case _:
            return None
