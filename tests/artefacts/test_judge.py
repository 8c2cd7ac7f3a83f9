"""What a build left behind: what is read out of it, and what that amounts to."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.artefacts import judged
from gonogo.artefacts.judge import Files
from gonogo.core.artefact import Backup, Coverage, ScanResults, TestResults
from gonogo.core.observation import Observation

NOW = 1_800_000_000.0
HOUR = 3600.0
COBERTURA = '<coverage line-rate="0.83" lines-covered="{}" lines-valid="{}"></coverage>'
LCOV = "SF:a.py\nLF:10\nLH:9\nend_of_record\nSF:b.py\nLF:10\nLH:7\nend_of_record\n"
JUNIT = (
    '<testsuites><testsuite name="s"><testcase classname="t.shop" name="a"/>'
    '<testcase classname="t.shop" name="b">{}</testcase></testsuite></testsuites>'
)


def put(folder: Path, name: str, content: str | bytes, age: float = 0.0) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(file, (NOW - age, NOW - age))


def judge(folder: Path, artefact: Files) -> Observation:
    return judged(artefact, folder, lambda: NOW)


@pytest.mark.parametrize(
    ("name", "content", "outcome", "said"),
    [
        ("c.xml", COBERTURA.format(85, 100), "PASS", "85.0%"),
        ("c.xml", COBERTURA.format(80, 100), "PASS", "80.0%"),
        ("c.xml", COBERTURA.format(79, 100), "FAIL", "at least 80.0% expected"),
        ("c.xml", '<coverage line-rate="0.83"/>', "PASS", "83.0%"),
        ("c.xml", COBERTURA.format(0, 0), "UNKNOWN", "counts no lines"),
        ("c.xml", COBERTURA.format("many", 100), "UNKNOWN", "no number"),
        ("c.xml", '<coverage line-rate="nan"/>', "UNKNOWN", "no line rate"),
        ("c.xml", '<report line-rate="0.9"/>', "UNKNOWN", "no line rate"),
        ("c.xml", "<coverage", "UNKNOWN", "is not XML"),
        ("c.xml", '<!DOCTYPE x [<!ENTITY a "b">]><coverage/>', "UNKNOWN", "entities"),
        ("c.info", LCOV, "PASS", "80.0%"),
        ("c.info", "", "UNKNOWN", "counts no lines"),
        ("c.info", b"\xff\xfe\x00", "UNKNOWN", "cannot be read"),
    ],
)
def test_coverage(tmp_path: Path, name: str, content: str | bytes, outcome: str, said: str) -> None:
    put(tmp_path, name, content)
    seen = judge(tmp_path, Coverage("c.*", 0.8))

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


@pytest.mark.parametrize(
    ("inside", "outcome", "said"),
    [
        ("", "PASS", "2 tests passed"),
        ("<skipped/>", "PASS", "1 tests passed"),
        ('<failure message="no"/>', "FAIL", "1 of 2 tests failed: t.shop.b"),
        ("<error/>", "FAIL", "t.shop.b"),
    ],
)
def test_results_of_tests(tmp_path: Path, inside: str, outcome: str, said: str) -> None:
    put(tmp_path, "out/junit.xml", JUNIT.format(inside))
    seen = judge(tmp_path, TestResults("out/*.xml"))

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


@pytest.mark.parametrize(
    ("counted", "outcome"),
    [
        ('errors="0"', "PASS"),
        ('errors="1"', "FAIL"),
        ('failures="2"', "FAIL"),
        ('errors="x"', "PASS"),
    ],
)
def test_a_failure_that_no_test_shows_is_one(tmp_path: Path, counted: str, outcome: str) -> None:
    suite = f'<testsuite name="shop" tests="1" {counted}><testcase name="a"/></testsuite>'
    put(tmp_path, "junit.xml", suite)
    seen = judge(tmp_path, TestResults("junit.xml"))

    assert str(seen.reading.outcome) == outcome, seen
    assert outcome == "PASS" or "the suite shop" in seen.reading.text


def test_no_test_at_all_proves_nothing(tmp_path: Path) -> None:
    put(tmp_path, "junit.xml", "<testsuites/>")

    assert str(judge(tmp_path, TestResults("junit.xml")).reading.outcome) == "UNKNOWN"


def sarif(*results: dict[str, Any]) -> str:
    rules = [{"id": "B1", "defaultConfiguration": {"level": "error"}}]
    return json.dumps({"runs": [{"tool": {"driver": {"rules": rules}}, "results": results}]})


BROKE = '{"runs": [{"results": [], "invocations": [{"executionSuccessful": false}]}]}'
PLACE = [{"physicalLocation": {"artifactLocation": {"uri": "shop.py"}, "region": {"startLine": 7}}}]


@pytest.mark.parametrize(
    ("content", "level", "most", "outcome", "said"),
    [
        (sarif(), "error", 0, "PASS", "0 results"),
        (sarif({"ruleId": "X", "level": "error"}), "error", 0, "FAIL", "1 results"),
        (sarif({"ruleId": "X", "level": "error"}), "error", 1, "PASS", "1 results"),
        (sarif({"ruleId": "X", "level": "note"}), "warning", 0, "PASS", "0 results"),
        (sarif({"ruleId": "X"}), "warning", 0, "FAIL", "level warning or worse"),
        (sarif({"ruleId": "B1"}), "error", 0, "FAIL", "B1"),
        (sarif({"ruleId": "B1", "locations": PLACE}), "error", 0, "FAIL", "B1 at shop.py:7"),
        (sarif({"ruleId": "B1", "suppressions": [{"kind": "inSource"}]}), "error", 0, "PASS", "0"),
        (sarif({"ruleId": "X", "level": "unheard"}), "error", 0, "FAIL", "X"),
        ('{"runs": []}', "error", 0, "UNKNOWN", "no run of a scanner"),
        ('{"runs": [{}]}', "error", 0, "UNKNOWN", "has not scanned"),
        ('{"runs": [{"results": null}]}', "error", 0, "UNKNOWN", "has not scanned"),
        (BROKE, "error", 0, "UNKNOWN", "did not end well"),
        ("{", "error", 0, "UNKNOWN", "is not JSON"),
        ("[" * 100_000, "error", 0, "UNKNOWN", "is not JSON"),
    ],
)
def test_results_of_scanners(
    tmp_path: Path, content: str, level: str, most: int, outcome: str, said: str
) -> None:
    put(tmp_path, "scan.sarif", content)
    seen = judge(tmp_path, ScanResults("scan.sarif", level, most))

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


@pytest.mark.parametrize(
    ("ages", "content", "outcome", "said"),
    [
        ([1 * HOUR], "data", "PASS", "1.0h old"),
        ([100 * HOUR, 2 * HOUR], "data", "PASS", "2.0h old"),
        ([25 * HOUR], "data", "FAIL", "at most 24.0h allowed"),
        ([1 * HOUR], "", "FAIL", "is empty"),
        ([], "", "FAIL", "no file 'backups/*.dump'"),
    ],
)
def test_backup(tmp_path: Path, ages: list[float], content: str, outcome: str, said: str) -> None:
    for number, age in enumerate(ages):
        put(tmp_path, f"backups/{number}.dump", content, age)
    seen = judge(tmp_path, Backup("backups/*.dump", 24 * HOUR))

    assert (str(seen.reading.outcome), said in seen.reading.text) == (outcome, True), seen


def test_a_backup_that_is_hardly_there(tmp_path: Path) -> None:
    put(tmp_path, "a.dump", "PGDMP")
    text = judge(tmp_path, Backup("a.dump", HOUR, 1e6)).reading.text

    assert text == "the newest backup, a.dump, has 5 bytes, at least 1 MB expected: is it whole?"


def test_an_old_report_tells_about_another_build(tmp_path: Path) -> None:
    put(tmp_path, "c.xml", COBERTURA.format(99, 100), age=3 * HOUR)

    assert judge(tmp_path, Coverage("c.xml", 0.8, 2 * HOUR)).reading.outcome == "FAIL"


@given(content=st.binary(max_size=200))
def test_any_bytes_are_judged(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.xml", "a.info", "a.sarif"):
        put(folder, name, content)
    for artefact in (
        Coverage("a.xml", 0.8),
        Coverage("a.info", 0.8),
        TestResults("a.xml"),
        ScanResults("a.sarif"),
    ):
        assert str(judge(folder, artefact).reading.outcome) != "PASS"
