"""Selectors of series, as Prometheus writes them: name{label="value",other=~"4..|5.."}."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\}\s*)?", re.DOTALL)
_MATCHER = re.compile(
    r'\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.DOTALL
)
_ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}
Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Selector:
    """The name of a metric, and what its labels must be."""

    name: str
    tests: tuple[tuple[str, Test], ...] = ()

    def selects(self, name: str, labels: Mapping[str, str]) -> bool:
        """Tell whether a series is meant; a label that is missing is empty."""
        return name == self.name and all(test(labels.get(key, "")) for key, test in self.tests)


def selector(text: str) -> Selector:
    """Read a selector; raises ValueError where it is none."""
    match = _NAME.fullmatch(text)
    if match is None:
        raise ValueError(f'{text!r} is no selector such as http_requests_total{{status=~"5.."}}')
    inside = match[2] or ""
    tests = []
    place = 0
    while inside[place:].strip():
        found = _MATCHER.match(inside, place)
        if found is None:
            raise ValueError(f'{text!r}: expected label="value" at {inside[place:].strip()[:20]!r}')
        tests.append((found[1], _test(text, found[2], found[3])))
        place = found.end()
    return Selector(match[1], tuple(tests))


def _test(text: str, operator: str, value: str) -> Test:
    wanted = re.sub(r"\\[\\\"n]", lambda each: _ESCAPES[each[0]], value)
    match operator:
        case "=":
            return lambda label: label == wanted
        case "!=":
            return lambda label: label != wanted
        case _:
            try:
                pattern = re.compile(wanted)
            except re.error as error:
                raise ValueError(f"{text!r}: {wanted!r} is no pattern: {error}") from None
            meant = operator == "=~"
            return lambda label: (pattern.fullmatch(label) is not None) == meant
