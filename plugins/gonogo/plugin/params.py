"""Parametrization by slug: one fixture name per section, the TOML key is the test ID."""

from collections.abc import Iterable
from typing import Any

import pytest

from gonogo.core.errors import EvidenceUnavailable
from gonogo.plugin.ask import Ask
from gonogo.plugin.release import asks_now
from gonogo.plugin.run import Run
from gonogo.plugin.tables import PROBED, TABLES, Table

ABSENT = "not-configured"
EMPTY = "nothing-declared"

_HINTS = {
    "serving": "healthy-now has nothing to ask: give [targets.NAME] url",
    "service": "no service to ask: give --gonogo-url or [targets.NAME] url, and where there is a "
    "[services] section, declare one in it",
    "trigger": "nothing to watch: give --gonogo-url or [targets.NAME] url",
    "variable": "no variable is declared: add [env.vars] to gonogo.toml, such as "
    'DATABASE_URL = "postgres-url"',
    "endpoint": "no endpoint is declared: add one to [endpoints], or remove the empty section",
    "configured_journey": "[journeys] is empty: declare one, or remove the section",
    "artefact": "[release] is empty: say what must be true of a release, or remove the section",
    "signal": "[signals] is empty: declare one, or remove the section",
    "dependency": "[dependencies] is empty: declare one, or remove the section",
}


def table_of(fixture: str, run: Run) -> Table:
    """Return the table of a fixture, made once a run."""
    if fixture not in run.tables:
        run.tables[fixture] = TABLES[fixture](run)
    found: Table = run.tables[fixture]
    return found


def must_exist(fixture: str, run: Run) -> bool:
    """Tell whether an empty table is a gap in the evidence."""
    document = run.plan.document
    if fixture == "variable":  # whoever checks releases need not check variables
        return document.env is not None or document.release is None
    if fixture == "dependency":
        return document.dependencies is not None
    if fixture == "trigger":
        return run.watches
    if fixture == "configured_journey":
        return document.journeys is not None
    if fixture == "signal":
        return document.signals is not None
    if fixture == "artefact":
        release = document.release
        return release is not None and not release.model_dump(exclude_none=True)
    if fixture == "serving":
        return asks_now(run.plan)
    return fixture in _HINTS


def parametrize(metafunc: pytest.Metafunc, run: Run) -> None:
    """Give a test its slugs, sorted, and resolved in the fixture."""
    for fixture in TABLES:
        if fixture in metafunc.fixturenames:
            slugs = sorted(table_of(fixture, run))
            if not slugs:
                slugs = [EMPTY] if must_exist(fixture, run) else [ABSENT]
            metafunc.parametrize(fixture, slugs, indirect=True)


def resolve(fixture: str, slug: str, run: Run) -> Ask:
    """Return the question behind a slug."""
    if slug == EMPTY:
        raise EvidenceUnavailable(_HINTS[fixture])
    return table_of(fixture, run)[slug]


def asks_of(items: Iterable[Any], run: Run) -> dict[str, list[Ask]]:
    """Return the questions of each wave, a file each."""
    tables = {name: table_of(name, run) for name in PROBED}
    waves: dict[str, list[Ask]] = {}
    for item in items:
        params = getattr(getattr(item, "callspec", None), "params", {})
        for name in PROBED & params.keys():
            ask = tables[name].get(params[name])
            if ask is not None:
                waves.setdefault(str(item.path), []).append(ask)
    return waves


def triggers_of(items: Iterable[Any]) -> frozenset[str]:
    """Return the triggers of a watch that these items ask for."""
    params = (getattr(getattr(item, "callspec", None), "params", {}) for item in items)
    return frozenset(each["trigger"] for each in params if "trigger" in each)
