"""Does a Redis or Valkey answer, and keep what it is given?"""

import secrets
import time
from typing import Any

from gonogo.core.dependency import Direct
from gonogo.core.errors import EvidenceUnavailable
from gonogo.probes.context import Context
from gonogo.probes.direct.aside import aside
from gonogo.probes.direct.seen import Quiet, Refused, Seen
from gonogo.probes.silence import causes, of_system

KEPT_S = 30  # should the clean-up fail, the key removes itself


async def answered(_context: Context, direct: Direct) -> Seen:
    """PING, then write, read and delete a key of our own."""
    return await aside(lambda: _asked(direct))


def _asked(direct: Direct) -> Seen:
    try:
        from redis import exceptions  # noqa: PLC0415 - only where a Redis is asked
    except ImportError:
        fix = "pip install 'pytest-gonogo[redis]'"
        raise EvidenceUnavailable(f"the client library is missing; fix: {fix}") from None
    client = client_of(direct)
    try:
        started = time.perf_counter()
        client.ping()
        elapsed = time.perf_counter() - started
        if direct.write:
            _write(client)
    except exceptions.RedisError as error:
        raise named(error) from None
    finally:
        client.close()
    kept = ", and keeps a key" if direct.write else ""
    return Seen(f"answers PING{kept}", elapsed)


def client_of(direct: Direct) -> Any:
    """Return a client that asks once, and not for long."""
    from redis import Redis  # noqa: PLC0415 - as above
    from redis.backoff import NoBackoff  # noqa: PLC0415 - as above
    from redis.retry import Retry  # noqa: PLC0415 - as above

    url = direct.url.replace("valkey", "redis", 1) if direct.url[:6] == "valkey" else direct.url
    limits = {"socket_timeout": direct.timeout, "socket_connect_timeout": direct.timeout}
    return Redis.from_url(url, **limits, retry=Retry(NoBackoff(), 0))


def _write(client: Any) -> None:
    key = f"gonogo:probe:{secrets.token_hex(6)}"
    value = secrets.token_hex(8).encode()
    client.set(key, value, ex=KEPT_S, nx=True)
    got = client.get(key)
    gone = client.delete(key)
    if got != value:
        raise Refused("a key that was written is read back differently")
    if gone != 1:
        raise Refused("a key that was written cannot be deleted")


def named(error: Exception) -> Exception:
    """Tell what the server said from what the network did."""
    from redis import exceptions  # noqa: PLC0415 - as above

    said = (exceptions.ResponseError, exceptions.AuthenticationError, exceptions.BusyLoadingError)
    if isinstance(error, (*said, exceptions.AuthorizationError)):
        return Refused(" ".join(str(error).split())[:200])
    for each in causes(error):
        silence = of_system(each)
        if silence is not None:
            return Quiet(silence.kind, silence.text)
    if isinstance(error, exceptions.TimeoutError):
        return Quiet("timeout", "timed out")
    if isinstance(error, exceptions.ConnectionError):
        return Quiet("closed", "closed without an answer")
    return EvidenceUnavailable(f"{type(error).__name__}: no usable answer")
