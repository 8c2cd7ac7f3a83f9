"""Workers: one of them watches, and what they have measured is not lost with them."""

import pytest
from pytest_httpserver import HTTPServer

from gonogo.core.before import CALLS
from gonogo.core.outcome import Outcome
from gonogo.core.past import Identity
from gonogo.history.earlier import samples_before
from gonogo.history.opening import opened
from tests.runs import Project, quick

WATCH = (
    '[watch]\nrate = "60/s"\nhealth-every = "200ms"\n[endpoints."api/list"]\npath = "/list"\n'
    '[history]\nurl = "sqlite:///history.sqlite"\n'
)
DIES = """
import os
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    if "calls/latency" in item.nodeid:
        with open("crashes", "a") as file:
            file.write("x")
        os.kill(os.getpid(), 9)
"""


@pytest.fixture
def served(project: Project, httpserver: HTTPServer) -> Project:
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    httpserver.expect_request("/list").respond_with_data("[]")
    return project.write(quick(httpserver.url_for(""), more=WATCH))


def test_one_worker_watches_and_what_it_saw_is_a_baseline(
    served: Project, httpserver: HTTPServer
) -> None:
    window = ("--gonogo-watch", "2s", "--gonogo-commit", "a" * 40)
    done = served.run("suites/watch", "suites/smoke", "-n", "2", *window)
    calls = sum(request.path == "/list" for request, _ in httpserver.log)
    place = ("sqlite:///history.sqlite", served.folder, done.record["project"])
    with opened(*place, create=False) as history:
        known = samples_before(history, "t", Identity(None, "b" * 40), CALLS)

    assert done.told == (0, "GO"), done.output
    assert 20 <= len(known) <= calls <= 2 * 60 + 15, "one window, and the smoke suite"
    assert {each.series for each in known} == {"api/list"}
    assert all(each.value and each.outcome is Outcome.PASS for each in known)


def test_a_watch_whose_worker_crashes_is_no_go(served: Project) -> None:
    served.write(DIES, "dies.py")
    done = served.cold.run("suites/watch", "-n", "2", "-p", "dies", "--gonogo-watch", "1s")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert (served.folder / "crashes").exists(), done.output
    assert (served.folder / "crashes").read_text() == "x", "what it crashed on is not run again"
    assert "crashed while running" in done.output
    assert done.record["counts"]["total"] == 3
