"""Waiting: endpoints that fail for good, and a service that becomes ready late."""

import time

from rig.runs import endpoints, medians, must, project, pytest, row, server

RETRIES = 12
INTERVAL_S = 1.0
READY_AFTER_S = 3.0
EVERY_S = 0.5


def failing() -> None:
    extra = f'retry = {{ attempts = {RETRIES + 1}, interval = "{INTERVAL_S:g}s" }}'
    with server() as ports:
        config = endpoints(ports, 100, lambda n: f"/{'bad' if n % 10 == 0 else 'ok'}/{n}", extra)
        with project(config) as folder:
            [took] = medians(
                lambda: must(pytest(folder, "suites/smoke"), 30, folder).seconds, warm=False
            )
    least = RETRIES * INTERVAL_S
    detail = f"{took:.2f} s, the least possible is {least:g} s"
    row("10 of 100 failing for good, 12 retries", took / least, (1.25, 1.05), detail)


def late() -> None:
    with server(latency=0.01, ports=1) as [port]:

        def lag() -> float:
            ready = time.monotonic() + READY_AFTER_S
            config = (
                f'[targets.bench]\nurl = "http://127.0.0.1:{port}"\n'
                f'[services.api]\nlive = "/ready/{ready}"\n'
                f'startup = {{ attempts = 60, interval = "{EVERY_S:g}s" }}\n'
            )
            with project(config) as folder:
                return must(pytest(folder, "suites/health"), 0, folder).ended - ready - EVERY_S

        [beyond] = medians(lag, warm=False)
    detail = f"ready after {READY_AFTER_S:g} s, asked every {EVERY_S:g} s"
    row("lag of the verdict beyond one interval", beyond, (0.7, 0.5), detail, "s")


if __name__ == "__main__":
    failing()
    late()
