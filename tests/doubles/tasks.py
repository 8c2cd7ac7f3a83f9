"""The tasks of a worker: one that is well, and one that fails."""

import os

from celery import Celery

app = Celery("tasks", broker=os.environ.get("BROKER"), backend=os.environ.get("BROKER"))
app.conf.broker_connection_retry_on_startup = True


@app.task(name="shop.ping")  # type: ignore[untyped-decorator]
def ping(word: str = "pong") -> str:
    return word


@app.task(name="shop.break")  # type: ignore[untyped-decorator]
def broken() -> None:
    raise ValueError("hunter2")
