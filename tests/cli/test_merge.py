"""`gonogo merge` on the records of real runs."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from gonogo.cli import main
from tests.runs import Project, quick


@pytest.fixture
def shards(project: Project, httpserver: HTTPServer) -> Project:
    """Two shards of a fleet: one well, one not."""
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    url = httpserver.url_for("")
    project.write(quick(url), "a.toml")
    project.write(quick(url).replace('"/health"', '"/nowhere"').replace("api", "b"), "b.toml")
    for name in ("a", "b"):
        place = f"--gonogo-report-dir=reports/{name}"
        project.run("suites/health", f"--gonogo-config={name}.toml", place)
    return project


def merged(project: Project, *words: str) -> tuple[int, dict[str, object]]:
    output = project.folder / "merged.json"
    code = main(["merge", *words, "--output", str(output)])
    return code, json.loads(output.read_text())


def file_of(project: Project, name: str) -> str:
    return str(project.folder / "reports" / name / "decision.json")


def test_shards_and_places(shards: Project, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = file_of(shards, "a"), file_of(shards, "b")
    code, record = merged(shards, good, bad)

    assert (code, record["decision"], record["scope"]) == (20, "ROLLBACK", "complete")
    assert [check["slug"] for check in record["checks"]] == ["api", "b"]  # type: ignore[attr-defined]
    assert "2 shards: 1 ROLLBACK, 1 GO" in capsys.readouterr().out
    assert merged(shards, good)[0] == 0
    assert merged(shards, good, str(shards.folder / "missing.json"))[0] == 40
    assert merged(shards, good, "--expect", "1")[0] == 0
    assert merged(shards, good, "--expect", "2")[0] == 40
    assert merged(shards, good, bad, "--quorum", "2/3")[0] == 30
    assert merged(shards, good, good, "--quorum", "1/1")[0] == 0  # one file is one voice


def shard(number: int, broken: int | None = None) -> str:
    """The record of 250 services with ten checks each; one of them may be broken."""
    checks = [
        {"id": f"t.py::test_{check}[s{number}-{service}]", "slug": f"s{number}-{service}"}
        | {"outcome": "FAIL" if (broken, 0) == (service, check) else "PASS"}
        for service in range(250)
        for check in range(10)
    ]
    failed = [each for each in checks if each["outcome"] == "FAIL"]
    decision = "ROLLBACK" if failed else "GO"
    reasons = [{"decision": decision, "signal": "live", "check": each["id"]} for each in failed]
    counts = {"passed": 2500 - len(failed), "failed": len(failed), "total": 2500}
    expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    record = {"schema": 1, "project": "fleet", "stage": "postdeploy", "run_id": f"run-{number}"}
    record |= {"policy_hash": "1", "scope": "complete", "decision": decision, "reasons": reasons}
    return json.dumps({**record, "counts": counts, "checks": checks, "expires_at": expires})


@pytest.mark.parametrize(
    ("broken", "shards", "code"), [(None, 4, 0), (131, 4, 20), (None, 3, 40), (131, 3, 20)]
)
def test_ten_thousand_checks_over_four_shards(
    project: Project, broken: int | None, shards: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(shards):
        text = shard(number, broken if number == 2 else None)
        project.write(text, f"reports/{number}/decision.json")
    began = time.process_time()
    files = [file_of(project, str(number)) for number in range(shards)]
    ended, record = merged(project, *files, "--expect", "4")

    assert (ended, len(record["checks"])) == (code, 2500 * shards)  # type: ignore[arg-type]
    assert time.process_time() - began < 3
    assert ("s2-131" in capsys.readouterr().out) == (broken is not None)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 1}', "[" * 10**5])
def test_garbage_is_no_evidence(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "decision.json"
    file.write_text(content)

    assert main(["merge", str(file), "--output", str(tmp_path / "out.json")]) == 40
    told = capsys.readouterr().out
    assert "merged   1 shard: 1 INCONCLUSIVE" in told
    assert "no record" not in told  # it is there, and is none


@pytest.mark.parametrize("quorum", ["2", "0/3", "3/2", "1/2", "a/b", "2/3/4"])
def test_a_quorum_is_a_majority(
    tmp_path: Path, quorum: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["merge", "x.json", "--quorum", quorum, "--output", str(tmp_path / "out.json")])

    assert code == 4
    assert f"--quorum {quorum}" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    code = main(["merge", "x.json", "--output", str(tmp_path / "file" / "out.json")])

    assert code == 4
    assert "give --output" in capsys.readouterr().err
