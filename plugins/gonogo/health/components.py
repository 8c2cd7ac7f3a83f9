"""The parts of a health document: which there are, what each says, and what stands above them."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NotRequired, TypedDict

from gonogo.health.keys import (
    ALARMS,
    CLEAR,
    FAULTS,
    FLAGS,
    HARD,
    METADATA,
    METADATA_ENDS,
    NAMES,
    SOFT,
    STATUS,
)
from gonogo.health.latency import latency_of
from gonogo.health.statement import is_rated, own_status, squeezed
from gonogo.health.vocabulary import Status, rate, squeeze, worst

_DEPTH = 6


class Component(TypedDict):
    """One part: pass, warn, fail or unknown, and its latency in milliseconds where stated."""

    status: Status
    latency_ms: NotRequired[float]


Parts = dict[str, Component]


def parts_of(document: Any, depth: int = 0) -> tuple[Parts, list[Status]]:
    """Return the named parts of a document, and the statuses of those without a name."""
    found: Parts = {}
    nameless: list[Status] = []
    if isinstance(document, list):
        for name, part in _listed("", document, depth):
            if name:
                _add(found, name, part)
            else:
                nameless.append(part["status"])
    elif isinstance(document, Mapping) and depth < _DEPTH:
        below = (each for key, value in document.items() for each in _below(key, value, depth))
        for name, part in chain(below, _flat(document) if depth == 0 else ()):
            _add(found, name, part)
    return found, nameless


def _below(key: str, value: Any, depth: int) -> Iterator[tuple[str, Component]]:
    plain = squeeze(key)
    if plain in FAULTS and isinstance(value, Mapping):
        for name, text in value.items():
            yield name, {"status": own_status(text) or "fail"}
    elif plain in HARD and depth == 0:
        yield from _hard(value, depth)
    elif isinstance(value, list):
        name = "" if plain in HARD | SOFT else key
        yield from ((each, part) for each, part in _listed(name, value, depth) if each)
    elif isinstance(value, Mapping):
        if plain in HARD | SOFT:
            yield from _soft("", value, depth)
        else:
            yield from _sibling(key, value, depth)


def _sibling(key: str, value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Component]]:
    if is_rated(value):
        yield from _one(key, value, depth)
    elif depth == 0 and value and all(is_rated(each) for each in value.values()):
        yield from _soft(f"{key}/", value, depth)


def _hard(value: Any, depth: int) -> Iterator[tuple[str, Component]]:
    if isinstance(value, list):
        yield from (each for each in _listed("", value, depth, hard=True) if each[0])
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if isinstance(each, list):
                measured = [_component(entry, name, depth) for entry in each]
                if measured:
                    yield name, _together(measured)
            else:
                yield from _one(name, each, depth)


def _soft(prefix: str, value: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Component]]:
    for name, each in value.items():
        if isinstance(each, Mapping) and is_rated(each):
            yield from _one(prefix + name, each, depth)
        elif isinstance(each, bool) and all(isinstance(flag, bool) for flag in value.values()):
            yield prefix + name, {"status": rate(each)}


def _one(name: str, value: Any, depth: int) -> Iterator[tuple[str, Component]]:
    yield name, _component(value, name, depth)
    children, _ = parts_of(value, depth + 1) if isinstance(value, Mapping) else ({}, [])
    for child, part in children.items():
        yield f"{name}/{child}", part


def _listed(
    key: str, value: list[Any], depth: int, *, hard: bool = False
) -> Iterator[tuple[str, Component]]:
    for each in value:
        if not isinstance(each, Mapping):
            continue
        if is_rated(each):
            yield from _one(_name(each) or key, each, depth)
        elif hard and _name(each):
            yield _name(each), _component(each, _name(each), depth)
        elif len(each) == 1 and key:
            for name, inner in each.items():
                if is_rated(inner):
                    yield from _one(f"{key}/{name}", inner, depth)


def _flat(document: Mapping[str, Any]) -> Iterator[tuple[str, Component]]:
    """Yield words and booleans that stand beside each other without a container."""
    plain = squeezed(document)
    stated = next((plain[key] for key in (*STATUS, *FLAGS) if key in plain), None)
    values = {key: value for key, value in document.items() if not _is_metadata(squeeze(key))}
    flags = all(isinstance(value, bool) for value in values.values())
    for key, value in values.items():
        name = squeeze(key)
        if name in STATUS or name in ALARMS:
            continue
        if isinstance(value, bool) and flags and (stated is None or isinstance(stated, bool)):
            if len(values) > 1 or name not in FLAGS:
                yield key, {"status": rate(value)}
        elif isinstance(value, str) and name not in FLAGS and name != "error":
            status = _flat_status(name, value, alone=stated is None)
            if status is not None:
                yield key.removesuffix("_status"), {"status": status}


def _flat_status(name: str, value: str, *, alone: bool) -> Status | None:
    if name.endswith("status") or squeeze(value) in CLEAR:
        return rate(value)
    status = rate(value)
    return status if alone and status != "unknown" else None


def _is_metadata(name: str) -> bool:
    if name in STATUS or name.endswith("status"):
        return False
    return name in METADATA or name.endswith(METADATA_ENDS)


def _component(value: Any, name: str, depth: int) -> Component:
    if not isinstance(value, Mapping):
        return {"status": rate(value)}
    component: Component = {"status": own_status(value) or _of_children(value, depth)}
    took = latency_of(value, name.rpartition(":")[2] if ":" in name else "")
    if took is not None:
        component["latency_ms"] = took
    return component


def _of_children(value: Mapping[str, Any], depth: int) -> Status:
    children, nameless = parts_of(value, depth + 1)
    return worst([*(part["status"] for part in children.values()), *nameless])


def _together(parts: list[Component]) -> Component:
    joined: Component = {"status": worst([part["status"] for part in parts])}
    times = [part["latency_ms"] for part in parts if "latency_ms" in part]
    if times:
        joined["latency_ms"] = max(times)
    return joined


def _add(found: Parts, name: str, part: Component) -> None:
    found[name] = _together([found[name], part]) if name in found else part


def _name(value: Mapping[str, Any]) -> str:
    plain = squeezed(value)
    names = (plain.get(key) for key in NAMES)
    return next((str(n) for n in names if isinstance(n, str | int) and str(n).strip()), "")
