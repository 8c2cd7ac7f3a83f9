"""Imports point one way, as ARCHITECTURE.md says."""

import ast
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "plugins" / "gonogo"
MAY_IMPORT = {
    "core": set(),
    "config": {"core"},
    "health": {"core"},
    "artefacts": {"core"},
    "migrations": {"core"},
    "history": {"core"},
    "environment": {"config", "core"},
    "probes": {"health", "core"},
    "journeys": {"probes", "health", "core"},
    "metrics": {"probes", "providers", "core"},
    "watching": {"metrics", "probes", "core"},
    "reporting": {"config", "core"},
    "providers": {"core"},
    "rollback": {"core", "config", "history", "probes", "providers"},
    "notify": {"core", "reporting"},
    "cli": {
        "notify",
        "core",
        "config",
        "environment",
        "history",
        "probes",
        "providers",
        "reporting",
        "rollback",
    },
    "plugin": {
        "notify",
        "core",
        "config",
        "health",
        "artefacts",
        "migrations",
        "environment",
        "probes",
        "providers",
        "history",
        "journeys",
        "metrics",
        "watching",
        "reporting",
    },
}
ONLY_IN = {
    "httpx": {"probes/http.py"},
    "pytest": {"plugin/"},
    "pydantic": {"config/"},
    "prometheus_client": {"metrics/"},
    "apprise": {"notify/messenger.py"},
    "alembic": {"migrations/inspector/"},
    "dotenv": {"config/", "environment/", "plugin/candidate.py"},
}


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


FILES = {file.relative_to(SOURCE).as_posix(): file for file in sorted(SOURCE.rglob("*.py"))}
ROOMS = [name for name in FILES if "/" in name]


@pytest.mark.parametrize("name", ROOMS)
def test_imports_point_one_way(name: str) -> None:
    room = name.partition("/")[0]
    for module in imports(FILES[name]):
        first, *rest = module.split(".")
        if first == "gonogo":
            assert rest[:1] == [room] or rest[0] in MAY_IMPORT[room], module
        elif room == "core":
            assert first in sys.stdlib_module_names, module
        allowed = ONLY_IN.get(first)
        assert allowed is None or any(name.startswith(place) for place in allowed), module


def test_the_table_names_every_room() -> None:
    assert {name.partition("/")[0] for name in ROOMS} <= MAY_IMPORT.keys()
