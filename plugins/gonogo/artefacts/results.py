"""Test results as JUnit XML, and findings of scanners as SARIF."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    bad = [c for c in ran if c.find("failure") is not None or c.find("error") is not None]
    return len(ran), [f"{c.get('classname', '')}.{c.get('name', '')}".strip(".") for c in bad]


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
    found = (each for run in runs if isinstance(run, dict) for each in _results(run))
    return [name for own, name in found if LEVELS.index(own) >= worst]


def _results(run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    driver = _table(_table(run.get("tool")).get("driver"))
    rules = [_table(each) for each in driver.get("rules") or []]
    defaults = {
        rule.get("id"): _table(rule.get("defaultConfiguration")).get("level") for rule in rules
    }
    for result in run.get("results") or []:
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
