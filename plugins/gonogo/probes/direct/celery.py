"""Do workers answer through the broker, is a task carried out, and how long is the queue?"""

import time
from typing import Any

from gonogo.core.dependency import Direct
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Outcome
from gonogo.probes.context import Context
from gonogo.probes.direct.aside import aside
from gonogo.probes.direct.seen import Quiet, Refused, Seen
from gonogo.probes.silence import causes, of_system


async def answered(_context: Context, direct: Direct) -> Seen:
    """Look at the queue, ping the workers, and where a task is named let one be carried out."""
    return await aside(lambda: _asked(direct))


def _asked(direct: Direct) -> Seen:
    try:
        from celery import Celery  # noqa: PLC0415 - only where workers are asked
    except ImportError:
        fix = "pip install 'pytest-gonogo[celery]'"
        raise EvidenceUnavailable(f"the client library is missing; fix: {fix}") from None
    app = Celery("gonogo", broker=direct.url, backend=_backend(direct))
    app.conf.update(
        broker_connection_retry=False,
        broker_connection_timeout=direct.timeout,
        broker_transport_options=_limits(direct),
        redis_socket_connect_timeout=direct.timeout,
        task_ignore_result=False,
    )
    try:
        return _walked(app, direct)
    except (Refused, EvidenceUnavailable):
        raise
    except Exception as error:  # noqa: BLE001 - each transport has exceptions of its own
        raise _named(error) from None
    finally:
        app.close()


def _limits(direct: Direct) -> dict[str, Any]:
    return {"socket_connect_timeout": direct.timeout, "socket_timeout": direct.timeout}


def _backend(direct: Direct) -> str | None:
    """A Redis that carries the messages can carry the results as well."""
    if direct.backend or not direct.task:
        return direct.backend
    if direct.url.startswith(("redis://", "rediss://")):
        return direct.url
    raise EvidenceUnavailable('a task needs a place for its result; fix: backend = "redis://…"')


def _walked(app: Any, direct: Direct) -> Seen:
    started = time.perf_counter()
    depth = _depth(app, direct)
    if direct.max_depth is not None and depth > direct.max_depth:
        raise Refused(f"{depth} messages wait in {direct.queue}, at most {direct.max_depth} may")
    workers = app.control.inspect(timeout=direct.timeout * 0.6, limit=1).ping() or {}
    if not workers:
        raise Refused("no worker answers a ping through the broker")
    text = f"{', '.join(sorted(workers))} answers"
    if direct.task:
        text += f", {direct.task} {_carried_out(app, direct)}"
    elapsed = time.perf_counter() - started
    if direct.warn_depth is not None and depth > direct.warn_depth:
        limit = str(direct.warn_depth)
        return Seen(f"{text}, {depth} messages wait", elapsed, Outcome.WARN, str(depth), limit)
    return Seen(text, elapsed, value=str(depth))


def _depth(app: Any, direct: Direct) -> int:
    """Return how many messages wait; a queue that does not exist is empty."""
    with app.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        channel = connection.default_channel
        try:
            depth: int = channel.queue_declare(queue=direct.queue, passive=True).message_count
        except connection.channel_errors:
            return 0
    return depth


def _carried_out(app: Any, direct: Direct) -> str:
    from celery.exceptions import TimeoutError as Late  # noqa: PLC0415 - as above

    expires = direct.wait + direct.timeout
    result = app.send_task(direct.task, direct.args, queue=direct.queue, expires=expires)
    started = time.perf_counter()
    try:
        result.get(timeout=direct.wait)
    except Late:
        raise Refused(f"{direct.task} was not carried out within {direct.wait:g}s") from None
    except Exception as error:
        if result.failed():
            raise Refused(f"{direct.task} failed: {type(error).__name__}") from None
        raise
    finally:
        result.forget()
    return f"was carried out within {time.perf_counter() - started:.1f}s"


def _named(error: BaseException) -> Exception:
    """Tell what the broker said from what the network did."""
    for each in causes(error):
        words = f"{type(each).__name__}: {each}"
        if any(word in words for word in ("Authentication", "ACCESS_REFUSED", "WRONGPASS")):
            return Refused("the broker refuses the credentials")
        silence = of_system(each)
        if silence is not None and silence.kind != "reset":
            return Quiet(silence.kind, silence.text)
    if isinstance(error, OSError):
        return Quiet("route", f"no connection to the broker ({type(error).__name__})")
    return EvidenceUnavailable(f"{type(error).__name__}: the broker could not be asked")
