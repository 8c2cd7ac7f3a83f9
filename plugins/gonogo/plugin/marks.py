"""What the marker of a check may say: a typing error must not change what a failure means."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from gonogo.core.rule import DEFAULT_RULES

_KINDS: Mapping[str, type] = {
    "critical": bool,
    "level": int,
    "service": str,
    "signal": str,
    "required": bool,
}
_LEVELS = range(1, 5)
_FORMS = {bool: "True or False", int: "1, 2, 3 or 4", str: "a text"}


def faults(marks: Iterable[pytest.Mark]) -> str:
    """Return every complaint about the gonogo markers of a check in one line, or nothing."""
    found = [each for mark in marks for each in _faults(mark)]
    return "; ".join(f"@pytest.mark.gonogo: {each}" for each in found)


def _faults(mark: pytest.Mark) -> Iterator[str]:
    from gonogo.config.complaints import closest  # noqa: PLC0415 - a sleeping plugin imports little

    if mark.args:
        yield f"each value needs its name, one of {', '.join(_KINDS)}"
    for name, value in mark.kwargs.items():
        if name not in _KINDS:
            yield f"unknown name {name!r}{closest(name, _KINDS)}"
        elif not _fits(name, value):
            yield f"{name}: expected {_FORMS[_KINDS[name]]}"
        elif name == "signal" and value is not None and value not in DEFAULT_RULES:
            meant = closest(value, DEFAULT_RULES)
            if meant:  # another name is a team's own, and is judged as `smoke`
                yield f"unknown signal {value!r}{meant}"


def _fits(name: str, value: Any) -> bool:
    if value is None or type(value) is not _KINDS[name]:
        return value is None
    return name != "level" or value in _LEVELS
