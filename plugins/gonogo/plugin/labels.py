"""What Allure calls each check, and where it stands in the tree: stage, level, service."""

import functools
import inspect
from collections.abc import Iterable

import pytest

from gonogo.plugin.recorder import marks_of
from gonogo.plugin.territory import stage_folder

_STAGES = {"predeploy": "Before the deploy", "health": "Health", "smoke": "Smoke", "watch": "Watch"}


def label(items: Iterable[pytest.Item]) -> None:
    """Give the checks a title in words, a severity, and a place; a team's own marks win."""
    for item in items:
        _title(item)
        given = {mark.kwargs.get("label_type") for mark in item.iter_markers("allure_label")}
        # add_marker would also make keywords of them, a thousand times over
        item.own_markers.extend(
            _mark(kind, value) for kind, value in _labels(item).items() if kind not in given
        )


@functools.cache
def _mark(kind: str, value: str) -> pytest.Mark:
    return pytest.mark.allure_label(value, label_type=kind).mark


def _title(item: pytest.Item) -> None:
    function = getattr(item, "obj", None)
    words = (inspect.getdoc(function) or "").partition("\n")[0]
    if words and not hasattr(function, "__allure_display_name__"):
        slug = "{param_id}: " if hasattr(item, "callspec") else ""
        function.__dict__["__allure_display_name__"] = f"{slug}{words}"


def _labels(item: pytest.Item) -> dict[str, str]:
    marks = marks_of(item)
    stage = _STAGES.get(stage_folder(item.nodeid), "Own checks")
    level = marks.get("level")
    topic = f"Level {level}" if level else _topic(item)
    slug = str(getattr(getattr(item, "callspec", None), "id", ""))
    service = str(marks.get("service") or slug.partition("/")[0] or item.name)
    severity = "blocker" if level == 1 else "critical" if marks.get("critical") else "normal"
    return {
        "parentSuite": stage,
        "suite": topic,
        "subSuite": service,
        "epic": stage,
        "feature": topic,
        "story": service,
        "severity": severity,
    }


def _topic(item: pytest.Item) -> str:
    """The claim of the module: what stands after the colon of its docstring."""
    module = getattr(item, "module", None)
    first = (inspect.getdoc(module) or item.path.stem).partition("\n")[0]
    return first.partition(": ")[2].rstrip(".") or first
