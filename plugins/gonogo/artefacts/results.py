"""Test results as JUnit XML, and findings of scanners as SARIF."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from gonogo.artefacts.files import text_of, xml_of
from gonogo.core.errors import EvidenceUnavailable

LEVELS = ("none", "note", "warning", "error")


def tests_of(file: Path) -> tuple[int, list[str]]:
    """Return how many tests ran, and the names of those that failed or broke."""
    root = xml_of(file)
    if root.tag not in {"testsuites", "testsuite"}:
        raise EvidenceUnavailable(f"{file.name} holds no test suite")
    cases = list(root.iter("testcase"))
    ran = [case for case in cases if case.find("skipped") is None]
    bad = [f"{c.get('classname', '')}.{c.get('name', '')}".strip(".") for c in _broken(root)]
    return len(ran), bad + [_named(suite) for suite in root.iter() if _counts_more(suite)]


def _broken(suite: ET.Element) -> list[ET.Element]:
    cases = suite.iter("testcase")
    return [c for c in cases if c.find("failure") is not None or c.find("error") is not None]


def _counts_more(suite: ET.Element) -> bool:
    """Tell whether a suite counts a failure that none of its tests shows, as one in its set-up."""
    if suite.tag not in {"testsuites", "testsuite"}:
        return False
    told = [suite.get(key, "0") for key in ("failures", "errors")]
    return sum(int(each) for each in told if each.isdecimal()) > len(_broken(suite))


def _named(suite: ET.Element) -> str:
    return f"the suite {suite.get('name') or 'without a name'}"


def scanned(file: Path, level: str) -> list[str]:
    """Return the results of a SARIF file of this level or worse, suppressed ones left out."""
    try:
        document = json.loads(text_of(file))
    except (ValueError, RecursionError):
        raise EvidenceUnavailable(f"{file.name} is not JSON") from None
    runs = document.get("runs") if isinstance(document, dict) else None
    if not isinstance(runs, list) or not runs:
        raise EvidenceUnavailable(f"{file.name} holds no run of a scanner")
    worst = LEVELS.index(level)
    if not all(isinstance(run, dict) and isinstance(run.get("results"), list) for run in runs):
        raise EvidenceUnavailable(f"{file.name} holds no results: the scanner has not scanned")
    ends = (_table(each) for run in runs for each in run.get("invocations") or [])
    if any(end.get("executionSuccessful") is False for end in ends):
        raise EvidenceUnavailable(f"{file.name} says that the scanner did not end well")
    found = (each for run in runs for each in _results(run))
    return [name for own, name in found if LEVELS.index(own) >= worst]


def _results(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    driver = _table(_table(run.get("tool")).get("driver"))
    rules = [_table(each) for each in driver.get("rules") or []]
    defaults = {
        rule.get("id"): _table(rule.get("defaultConfiguration")).get("level") for rule in rules
    }
    for result in run["results"]:
        each = _table(result)
        if each.get("suppressions"):
            continue
        name = str(each.get("ruleId") or "unnamed rule")
        level = each.get("level") or defaults.get(name) or "warning"  # SARIF 2.1.0, 3.27.10
        yield (level if level in LEVELS else "error"), f"{name} at {_place(each)}"


def _place(result: dict[str, Any]) -> str:
    locations = result.get("locations") or [{}]
    physical = _table(_table(locations[0]).get("physicalLocation"))
    file = _table(physical.get("artifactLocation")).get("uri", "an unknown place")
    line = _table(physical.get("region")).get("startLine")
    return f"{file}:{line}" if line else str(file)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
