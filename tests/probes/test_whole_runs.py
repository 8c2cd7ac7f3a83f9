"""Whole runs against hostile servers: a decision in seconds, never an internal error."""

import pytest

from tests.runs import Project

from .hostile import HostileServer

CONFIG = """
[targets.t]
url = "{url}"
control = ["{control}"]
grace = "0s"
[services.api]
live = "/{name}"
ready = "/{name}"
timeout = "500ms"
startup = {{ attempts = 3, interval = "10ms" }}
"""
ROLLBACK, INCONCLUSIVE = 20, 40


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dripping-body", ROLLBACK),
        ("silent", ROLLBACK),
        ("gzip-bomb", ROLLBACK),
        ("redirect-circle", ROLLBACK),
        ("headers-10mb", ROLLBACK),
        ("nested-json", ROLLBACK),
        ("garbage", ROLLBACK),
        ("endless-chunks", ROLLBACK),
        ("not-utf8", ROLLBACK),
    ],
)
def test_a_hostile_service(hostile: HostileServer, project: Project, name: str, code: int) -> None:
    text = CONFIG.format(url=hostile.url(""), control=hostile.url("healthy"), name=name)
    project.write(text)
    done = project.run("suites/health")

    assert done.code == code, done.output
    assert done.seconds < 15
    assert "INTERNALERROR" not in done.output
    assert done.record["reasons"]


def test_silence_without_control_is_inconclusive(hostile: HostileServer, project: Project) -> None:
    text = CONFIG.format(url=hostile.url(""), control="", name="closed-at-once")
    project.write(text.replace('control = [""]\n', ""))
    done = project.run("suites/health")

    assert done.code == INCONCLUSIVE, done.output
    assert "no control URL" in done.record["reasons"][0]["message"]


def test_every_endpoint_is_asked_once(hostile: HostileServer, project: Project) -> None:
    names = [f"healthy/{n}" for n in range(30)]
    lines = [f'[targets.t]\nurl = "{hostile.url("")}"\n[services.api]\n']
    for n, name in enumerate(names):
        method = "POST" if n % 2 else "GET"
        lines.append(f'[endpoints."api/e{n}"]\npath = "/{name}"\nmethod = "{method}"\n')
    project.write("".join(lines))
    hostile.requests.clear()
    done = project.run("suites/smoke")

    assert done.code == 0, done.output
    asked = sorted(head.split(b" ")[1].decode().lstrip("/") for head in hostile.requests)
    assert asked == sorted(names)
