"""`for` in a real sequence of scheduled runs: each sees a full pool, and the row confirms it."""

import json
import time
from datetime import UTC, datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Response

from gonogo.core.clock import rfc3339
from gonogo.history import opened
from tests.history.records import record
from tests.runs import Done, Project, quick

SIGNAL = '[signals."api/db-pool"]\nsource = "health"\nfield = "used"\nevery = "10ms"\n'
RULE = '[rules.db-pool]\nfor = "4m"\n[history]\n'


def test_a_row_of_scheduled_runs_confirms(project: Project, httpserver: HTTPServer) -> None:
    def scheduled() -> Done:
        return project.run("suites/health", "--gonogo-stage", "scheduled")

    def remember(told: dict[str, Any], minutes: float, **more: Any) -> None:
        at = rfc3339(datetime.fromtimestamp(time.time() - 60 * minutes, UTC))
        times = {"started_at": at, "finished_at": at}
        with opened("sqlite:///reports/history.sqlite", project.folder, "project") as history:
            history.add({**told, "run_id": f"r{minutes}", "target": "t", **times, **more})

    body = json.dumps({"status": "healthy", "used": 0.95})
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    httpserver.expect_request("/ready").respond_with_handler(lambda _: Response(body))
    project.write(quick(httpserver.url_for(""), service='ready = "/ready"', more=SIGNAL + RULE))
    project.write("this is no database, " * 100, "reports/history.sqlite")
    first = scheduled()

    assert first.told == (30, "HOLD"), first.output
    assert first.record["reasons"][0]["confirmed_by"] == "not yet"
    assert "not asked, guards left open: reports/history.sqlite: file is not" in first.output

    (project.folder / "reports/history.sqlite").unlink()
    remember(record("", commit="aaaaaaa1"), 600)
    remember(record("", commit="bbbbbbb2"), 40)
    remember(first.record, 8)
    remember(first.record, 3)
    second = scheduled()

    assert second.told == (20, "ROLLBACK"), second.output
    assert second.record["reasons"][0]["confirmed_by"] == "every scheduled run for 240s"
