"""What a check brings to a report beside its outcome; without Allure results nothing happens."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gonogo.core.diagnosis import hint_of
from gonogo.core.finding import Finding
from gonogo.core.hint import Hint
from gonogo.plugin.explain import scene_of
from gonogo.plugin.recorder import marks_of
from gonogo.plugin.stash import EVIDENCE

if TYPE_CHECKING:
    from gonogo.core.observation import Observation
    from gonogo.plugin.ask import Ask
    from gonogo.plugin.run import Run


def show(run: "Run", item: pytest.Item, observation: "Observation") -> None:
    """Attach what an observation holds, and describe the check as far as it has come."""
    if not item.config.getoption("allure_report_dir", None):
        return
    from gonogo.reporting import allure, allure_check, picture  # noqa: PLC0415 - only for results

    if observation.attachments or observation.charts:
        allure.attach([*observation.attachments, *picture.pictures(observation.charts)])
    rules = run.plan.policy.rules
    described = []
    for ask, seen in item.stash[EVIDENCE]:
        signal = seen.reading.signal or ask.signal
        hint = _hint(run, item, ask, seen)
        name = f"{ask.kind} {ask.slug}"
        described.append(allure_check.Described(name, signal, seen, rules.get(signal), hint))
    allure_check.describe(described, run.redact)


def _hint(run: "Run", item: pytest.Item, ask: "Ask", observation: "Observation") -> Hint | None:
    """Explain what this process has seen: another worker's findings are not known here."""
    reading = observation.reading
    finding = Finding(
        item.nodeid,
        reading.outcome,
        signal=reading.signal or ask.signal,
        level=marks_of(item).get("level"),
        message=reading.text,
        confirmed_by=observation.confirmed_by,
        clue=reading.clue,
    )
    run.seen.append(finding)
    try:
        return hint_of(finding, run.seen, scene_of(run, Path(run.options.report_dir)))
    except Exception:  # noqa: BLE001 - a hint is no reason for a check to break
        return None
