"""What a run has measured, for the page of metrics: each with its change since the run before."""

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from gonogo.core.finding import Finding

_MEASURED = re.compile(r"(\d+(?:\.\d+)?) ?(%|ms|s|MB)?")


def metrics_of(findings: Iterable[Finding], at: int) -> list[dict[str, Any]]:
    """Return the answer times and the signals of level 4; `at` is in milliseconds."""
    return [
        {
            "id": str(uuid.uuid4()),
            "key": key,
            "title": key,
            "value": value,
            "unit": unit,
            "better": "lower",
            "group": group,
            "groupTitle": group,
            "start": at,
            "stop": at,
        }
        for key, value, unit, group in sorted(_measured(findings))
    ]


def _measured(findings: Iterable[Finding]) -> Iterator[tuple[str, float, str, str]]:
    for each in findings:
        name = each.slug or each.check.rpartition("::")[2]
        found = _MEASURED.fullmatch(each.observed or "")
        if each.level == 4 and found is not None:
            yield f"{name}: {each.signal}", float(found[1]), found[2] or "", "Signals"
        elif each.level is not None and each.elapsed_s > 0:
            group = f"Level {each.level}: answer times"
            kind = each.check.rpartition("::")[2].partition("[")[0].removeprefix("test_")
            words = kind.replace("_", " ")
            yield f"{name}: {words}", round(each.elapsed_s * 1000, 1), "ms", group
