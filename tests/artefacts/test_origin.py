"""Artefacts that say when they were made and of which commit: the file's own date is the last."""

import json
from pathlib import Path
from typing import Any

import pytest

from gonogo.artefacts import judged
from gonogo.artefacts.judge import Files
from gonogo.core.artefact import Coverage, ScanResults, TestResults
from gonogo.core.observation import Observation

from .test_judge import HOUR, NOW, put

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "fedcba9876543210"
DAY = 24 * HOUR
AN_HOUR_AGO = "2027-01-15T07:00:00"
LONG_AGO = "2027-01-10T07:00:00"


def cover(timestamp: object) -> str:
    return f'<coverage line-rate="0.9" timestamp="{timestamp}"/>'


def junit(timestamp: str = AN_HOUR_AGO, name: str = "", value: str = "") -> str:
    known = f'<properties><property name="{name}" value="{value}"/></properties>' if name else ""
    return (
        f'<testsuites><testsuite timestamp="{timestamp}">{known}<testcase name="a"/>'
        "</testsuite></testsuites>"
    )


def sarif(end: str | None = None, revision: str | None = None) -> str:
    run: dict[str, Any] = {"tool": {"driver": {"name": "x"}}, "results": []}
    if end is not None:
        run["invocations"] = [{"executionSuccessful": True, "endTimeUtc": end}]
    if revision is not None:
        run["versionControlProvenance"] = [{"repositoryUri": "https://h", "revisionId": revision}]
    return json.dumps({"version": "2.1.0", "runs": [run]})


def see(
    folder: Path, name: str, deployed: str | None = COMMIT, *, asked: bool | None = None
) -> Observation:
    limits: dict[str, Any] = {"max_age": DAY, "commit": asked}
    artefacts: dict[str, Files] = {
        "coverage.xml": Coverage("coverage.xml", 0.8, **limits),
        "lcov.info": Coverage("lcov.info", 0.8, **limits),
        "junit.xml": TestResults("junit*.xml", **limits),
        "scan.sarif": ScanResults("scan.sarif", **limits),
    }
    return judged(artefacts[name], folder, lambda: NOW, deployed)


AGES = [
    ("coverage.xml", cover(int(NOW - HOUR) * 1000), 0, "PASS"),
    ("coverage.xml", cover(int(NOW - 2 * DAY) * 1000), 0, "FAIL"),
    ("coverage.xml", cover(int(NOW - 2 * DAY)), 0, "FAIL"),
    ("coverage.xml", cover(int(NOW + DAY) * 1000), 0, "UNKNOWN"),
    ("coverage.xml", cover(int(NOW - HOUR) * 1000), 3 * DAY, "PASS"),
    ("coverage.xml", cover("0"), 0, "PASS"),
    ("coverage.xml", cover("0"), 3 * DAY, "FAIL"),
    ("coverage.xml", cover("soon"), 3 * DAY, "FAIL"),
    ("junit.xml", junit(f"{AN_HOUR_AGO}+00:00"), 3 * DAY, "PASS"),
    ("junit.xml", junit(f"{LONG_AGO}Z"), 0, "FAIL"),
    ("junit.xml", junit(LONG_AGO), 0, "FAIL"),
    ("junit.xml", junit("2027-01-15T19:00:00"), 0, "PASS"),
    ("junit.xml", junit("2027-01-14T07:30:00"), 0, "PASS"),  # perhaps of far in the west
    ("junit.xml", junit(""), 3 * DAY, "FAIL"),
    ("scan.sarif", sarif(f"{AN_HOUR_AGO}Z"), 3 * DAY, "PASS"),
    ("scan.sarif", sarif(f"{LONG_AGO}.123Z"), 0, "FAIL"),
    ("scan.sarif", sarif(), 3 * DAY, "FAIL"),
]


@pytest.mark.parametrize(("name", "content", "written", "outcome"), AGES)
def test_the_inner_date_comes_first(
    tmp_path: Path, name: str, content: str, written: float, outcome: str
) -> None:
    put(tmp_path, name, content, age=written)
    seen = see(tmp_path, name)

    assert str(seen.reading.outcome) == outcome, seen


def test_one_old_file_among_fresh_ones_is_named(tmp_path: Path) -> None:
    put(tmp_path, "junit.xml", junit(f"{AN_HOUR_AGO}Z"))
    put(tmp_path, "junit-left-over.xml", junit(f"{LONG_AGO}Z"))
    seen = see(tmp_path, "junit.xml")

    assert seen.reading.text == "junit-left-over.xml is 5d old, at most 24.0h allowed"


COMMITS = [
    ("junit.xml", junit(name="commit", value=COMMIT), "PASS"),
    ("junit.xml", junit(name="GIT_COMMIT", value=COMMIT[:8]), "PASS"),
    ("junit.xml", junit(name="git.commit.id", value=OTHER), "FAIL"),
    ("junit.xml", junit(name="python", value=OTHER), None),
    ("scan.sarif", sarif(revision=COMMIT), "PASS"),
    ("scan.sarif", sarif(revision=OTHER), "FAIL"),
    ("scan.sarif", sarif(revision="r1234"), None),
    ("coverage.xml", cover(int(NOW) * 1000), None),
]


@pytest.mark.parametrize(("name", "content", "outcome"), COMMITS)
@pytest.mark.parametrize("asked", [True, None, False])
def test_an_artefact_of_another_commit_shows_something_else(
    tmp_path: Path, name: str, content: str, outcome: str | None, *, asked: bool | None
) -> None:
    put(tmp_path, name, content)
    seen = see(tmp_path, name, asked=asked)

    expected = {True: outcome or "UNKNOWN", None: outcome or "PASS", False: "PASS"}[asked]
    assert str(seen.reading.outcome) == expected, seen
    if expected == "FAIL":
        assert f"{name} shows fedcba9, to be deployed is 0123456" in seen.reading.text


@pytest.mark.parametrize(
    ("beside", "outcome", "said"),
    [
        (COMMIT + "\n", "PASS", ""),
        (OTHER, "FAIL", "shows fedcba9"),
        ("main\n", "UNKNOWN", "lcov.info.commit does not hold one commit"),
        (f"{COMMIT} {COMMIT}", "UNKNOWN", "does not hold one commit"),
    ],
)
def test_a_file_beside_it_names_the_commit(
    tmp_path: Path, beside: str, outcome: str, said: str
) -> None:
    put(tmp_path, "lcov.info", "LF:10\nLH:9\n")
    put(tmp_path, "lcov.info.commit", beside)
    seen = see(tmp_path, "lcov.info")

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


def test_without_a_commit_there_is_nothing_to_compare(tmp_path: Path) -> None:
    put(tmp_path, "scan.sarif", sarif(revision=OTHER))
    said = "which commit? give --gonogo-commit"

    assert str(see(tmp_path, "scan.sarif", None).reading.outcome) == "PASS"
    assert see(tmp_path, "scan.sarif", None, asked=True).reading.text == said
