"""The order of a run: suites as a release meets them, without what nobody configured."""

import pytest

from gonogo.plugin.params import ABSENT
from gonogo.plugin.territory import STAGES, stage_folder


def arrange(items: list[pytest.Item]) -> None:
    """Take out what has nothing to ask, and sort the rest, in place.

    Within a suite, the order of collection stays.
    """
    items[:] = [item for item in items if not _is_absent(item)]
    items.sort(key=_place)


def _is_absent(item: pytest.Item) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    return ABSENT in params.values()


def _place(item: pytest.Item) -> int:
    stage = stage_folder(item.nodeid)
    return STAGES.index(stage) if stage else len(STAGES)
