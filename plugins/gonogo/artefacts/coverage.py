"""How many lines the tests reach, as Cobertura XML or LCOV says it."""

import math
from collections.abc import Iterable
from pathlib import Path

from gonogo.artefacts.files import text_of, xml_of
from gonogo.core.errors import EvidenceUnavailable


def ratio_of(file: Path) -> float:
    """Return covered lines over all lines; raises EvidenceUnavailable where it says none."""
    if file.suffix == ".xml":
        return _cobertura(file)
    return _lcov(file, text_of(file).splitlines())


def _cobertura(file: Path) -> float:
    root = xml_of(file)
    covered, valid = root.get("lines-covered"), root.get("lines-valid")
    try:
        if covered is not None and valid is not None:
            return _ratio(file, int(covered), int(valid))
        rate = float(root.get("line-rate", "nan"))
    except ValueError:
        raise EvidenceUnavailable(f"{file.name} holds a figure that is no number") from None
    if root.tag != "coverage" or not math.isfinite(rate) or not 0 <= rate <= 1:
        raise EvidenceUnavailable(f"{file.name} is no Cobertura report: it has no line rate")
    return rate


def _lcov(file: Path, lines: Iterable[str]) -> float:
    found = {"LF:": 0, "LH:": 0}
    for line in lines:
        key, figure = line[:3], line[3:].strip()
        if key in found and figure.isdigit():
            found[key] += int(figure)
    return _ratio(file, found["LH:"], found["LF:"])


def _ratio(file: Path, covered: int, valid: int) -> float:
    if valid <= 0 or not 0 <= covered <= valid:
        raise EvidenceUnavailable(f"{file.name} counts no lines")
    return covered / valid
